// What the server must know of a bundle.

import path from "node:path";

/**
 * Return by entry the names of its script and of those that this loads at once.
 *
 * @param {import("esbuild").Metafile} metafile
 * @returns {Record<string, string[]>}
 */
export function manifest(metafile) {
    const { outputs } = metafile;
    const found = {};
    for (const [name, output] of Object.entries(outputs)) {
        if (output.entryPoint?.startsWith("src/entries/")) {
            const entry = path.basename(output.entryPoint, ".js");
            found[entry] = [...loadedAtOnce(name, outputs)].map((file) => path.basename(file));
        }
    }
    return Object.fromEntries(Object.entries(found).sort());
}

/** Return a script and all that it imports by statements; what it imports later is not loaded. */
function loadedAtOnce(name, outputs, found = new Set()) {
    if (!found.has(name)) {
        found.add(name);
        for (const { path: imported, kind, external } of outputs[name].imports) {
            if (kind === "import-statement" && !external) {
                loadedAtOnce(imported, outputs, found);
            }
        }
    }
    return found;
}
