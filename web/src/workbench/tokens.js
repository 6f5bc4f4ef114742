// SPARQL as a row of tokens, as far as an editor must know it while a query is not yet whole.

/**
 * @typedef {{ kind: "iri" | "string" | "variable" | "name" | "word" | "sign", text: string,
 *     start: number, end: number }} Token
 */

const PIECES = [
    ["comment", /#[^\n]*/y],
    ["iri", /<[^<>"{}|^`\\\s]*>/y],
    ["string", /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|$)|'''(?:[^'\\]|\\[\s\S]|'(?!''))*(?:'''|$)/y],
    ["string", /"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|$)|'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|$)/y],
    ["variable", /[?$][\p{L}\p{N}_]+/uy],
    ["name", /(?:[\p{L}][\p{L}\p{N}_.-]*)?:(?:[\p{L}\p{N}_:%-]|\.(?=[\p{L}\p{N}_:%-]))*/uy],
    ["word", /@?[\p{L}_][\p{L}\p{N}_-]*|[\d.]*\d[\dEe.+-]*/uy],
    ["sign", /\^\^|&&|\|\||[<>!]=|[^\s]/uy],
];
const BLANK = /\s+/y;

/**
 * Return the tokens of a text, comments left out.
 *
 * @param {string} text
 * @returns {Token[]}
 */
export function tokens(text) {
    const found = [];
    let at = 0;
    while (at < text.length) {
        BLANK.lastIndex = at;
        if (BLANK.test(text)) {
            at = BLANK.lastIndex;
            continue;
        }
        for (const [kind, pattern] of PIECES) {
            pattern.lastIndex = at;
            const match = pattern.exec(text);
            if (match && match[0]) {
                if (kind !== "comment") {
                    found.push({ kind, text: match[0], start: at, end: at + match[0].length });
                }
                at += match[0].length;
                break;
            }
        }
    }
    return found;
}

/** Say whether a place is inside a comment or a string, where nothing is offered. */
export function isQuoted(text, place) {
    const line = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
    const before = tokens(text.slice(0, place)).at(-1);
    if (before?.kind === "string" && before.end === place) {
        const isClosed = before.text.length > 1 && before.text.at(-1) === before.text[0];
        return !isClosed;
    }
    return /^(?:[^#<"']|<[^>\s]*>|"[^"]*"|'[^']*')*#/.test(line);
}
