// The declarations of prefixes in a query, and where a further one is put.

import { tokens } from "./tokens.js";

/**
 * Return the prefixes that a query declares.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
export function declared(text) {
    const found = new Set();
    const all = tokens(text);
    all.forEach(({ text: word }, at) => {
        if (word.toLowerCase() === "prefix" && all[at + 1]?.kind === "name") {
            found.add(all[at + 1].text.slice(0, -1));
        }
    });
    return found;
}

/**
 * Return the change that declares a prefix, null if that is done or the prefix is not known.
 *
 * @param {string} text
 * @param {string} prefix
 * @param {Record<string, string>} namespaces
 * @returns {{ from: number, insert: string } | null}
 */
export function declaration(text, prefix, namespaces) {
    if (!Object.hasOwn(namespaces, prefix) || declared(text).has(prefix)) {
        return null;
    }
    const line = `PREFIX ${prefix}: <${namespaces[prefix]}>\n`;
    // Among those that are there by their order, else before everything.
    const lines = [...text.matchAll(/^[ \t]*PREFIX[ \t]+([^\s:]*):[^\n]*(?:\n|$)/gim)];
    const next = lines.find(([, name]) => name > prefix);
    if (next) {
        return { from: next.index, insert: line };
    }
    const last = lines.at(-1);
    if (!last) {
        return { from: 0, insert: `${line}\n` };
    }
    const end = last.index + last[0].length;
    return { from: end, insert: last[0].endsWith("\n") ? line : `\n${line.trimEnd()}` };
}
