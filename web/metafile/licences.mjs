// The licences of the packages of which a bundle has parts.

const FILES = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license"];
// The innermost, where packages are within each other.
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Return the folders of the packages that are in a bundle, sorted.
 *
 * @param {import("esbuild").Metafile} metafile
 */
export function packagesOf(metafile) {
    const folders = new Set();
    for (const output of Object.values(metafile.outputs)) {
        for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
            const match = PACKAGE.exec(input);
            if (match && bytesInOutput > 0) {
                folders.add(match[0]);
            }
        }
    }
    return [...folders].sort();
}

/**
 * Return name, version, licence and its text of each package that is in a bundle.
 *
 * @param {import("esbuild").Metafile} metafile
 * @param {(file: string) => Promise<string>} read reads a file by its path below this folder
 * @throws if a package names no licence, which then may not be passed on
 */
export async function licences(metafile, read) {
    const parts = [];
    for (const folder of packagesOf(metafile)) {
        const { name, version, license } = JSON.parse(await read(`${folder}/package.json`));
        if (!license) {
            throw new Error(`${name} ${version} names no licence`);
        }
        const text = await textOf(folder, read);
        parts.push(`${name} ${version} (${license})\n\n${text ?? "Its package has no text of it."}`);
    }
    return parts.map((part) => `${part.trim()}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

async function textOf(folder, read) {
    for (const file of FILES) {
        try {
            return await read(`${folder}/${file}`);
        } catch (error) {
            if (error.code !== "ENOENT") {
                throw error;
            }
        }
    }
    return undefined;
}
