// Bundles each file of src/entries/ for the pages: `node build.mjs [FOLDER]`.
//
// The folder then holds scripts whose names change with their content, manifest.json, which says
// for each entry what is loaded with it, and the licences of all that is inside.

import { build } from "esbuild";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { licences } from "./metafile/licences.mjs";
import { manifest } from "./metafile/manifest.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(
    process.argv[2] ?? path.join(here, "../server/sorafenib_kg/static/bundle"),
);
const entries = (await readdir(path.join(here, "src/entries"))).filter((name) =>
    name.endsWith(".js"),
);

const { metafile, outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: entries.map((name) => `src/entries/${name}`),
    outdir: "out",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
});

// Complete, then put in place, so that a reader never sees half a bundle.
const fresh = `${target}.${process.pid}`;
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
for (const file of outputFiles) {
    await writeFile(path.join(fresh, path.basename(file.path)), file.contents);
}
await writeFile(
    path.join(fresh, "manifest.json"),
    JSON.stringify(manifest(metafile), null, 2) + "\n",
);
const texts = (file) => readFile(path.join(here, file), "utf8");
await writeFile(path.join(fresh, "licences.txt"), await licences(metafile, texts));
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

for (const [name, { bytes }] of Object.entries(metafile.outputs)) {
    console.log(`${String(Math.ceil(bytes / 1000)).padStart(6)} kB  ${path.basename(name)}`);
}
