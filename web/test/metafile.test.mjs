import assert from "node:assert/strict";
import test from "node:test";

import { licences, packagesOf } from "../metafile/licences.mjs";
import { manifest } from "../metafile/manifest.mjs";

const METAFILE = {
    outputs: {
        "out/page-AA.js": {
            entryPoint: "src/entries/page.js",
            imports: [
                { path: "out/part-BB.js", kind: "import-statement" },
                { path: "out/drawing-CC.js", kind: "dynamic-import" },
            ],
            inputs: {
                "src/entries/page.js": { bytesInOutput: 10 },
                "node_modules/@scope/one/dist/index.js": { bytesInOutput: 10 },
                "node_modules/unused/index.js": { bytesInOutput: 0 },
            },
        },
        "out/part-BB.js": {
            imports: [{ path: "out/part-DD.js", kind: "import-statement" }],
            inputs: { "node_modules/two/index.js": { bytesInOutput: 10 } },
        },
        "out/drawing-CC.js": { entryPoint: "src/drawing.js", imports: [], inputs: {} },
        "out/part-DD.js": {
            imports: [{ path: "out/part-BB.js", kind: "import-statement" }],
            inputs: { "node_modules/two/node_modules/three/a.js": { bytesInOutput: 1 } },
        },
    },
};

test("an entry is listed with what is loaded at once, and not with what is loaded later", () => {
    assert.deepEqual(manifest(METAFILE), { page: ["page-AA.js", "part-BB.js", "part-DD.js"] });
});

test("each package with a part in the bundle is found, nested ones too", () => {
    assert.deepEqual(packagesOf(METAFILE), [
        "node_modules/@scope/one",
        "node_modules/two",
        "node_modules/two/node_modules/three",
    ]);
});

const missing = () => Promise.reject(Object.assign(new Error("none"), { code: "ENOENT" }));

test("licences are named with their texts", async () => {
    const read = (file) => {
        if (file.endsWith("package.json")) {
            const name = file.split("/").at(-2);
            return Promise.resolve(JSON.stringify({ name, version: "1.0.0", license: "MIT" }));
        }
        return file === "node_modules/two/LICENSE.md" ? Promise.resolve("Do as you like.") : missing();
    };
    const text = await licences(METAFILE, read);
    assert.match(text, /^one 1\.0\.0 \(MIT\)\n\nIts package has no text/);
    assert.match(text, /\ntwo 1\.0\.0 \(MIT\)\n\nDo as you like\.\n/);
});

test("a package without a licence is not bundled", async () => {
    const read = () => Promise.resolve('{"name": "one", "version": "1.0.0"}');
    await assert.rejects(licences(METAFILE, read), /one 1\.0\.0 names no licence/);
});
