// Where in a query the cursor stands: at a subject, a predicate or an object, and of which class.

import { tokens } from "./tokens.js";

/**
 * @typedef {{ position: "prologue" | "subject" | "predicate" | "object" | "expression" | "outside",
 *     subject?: string, predicate?: string }} Place
 */

const TYPE = new Set(["a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]);
// Behind these words a triple begins anew.
const BETWEEN = new Set(["optional", "union", "minus", "where", "exists", "not"]);
const EXPRESSIONS = new Set(["filter", "bind", "having", "values", "order", "group", "limit", "offset"]);
const PATHS = new Set(["/", "|", "^", "!"]);
const REPEATS = new Set(["*", "+", "?"]);

/**
 * Return where the text ends: the word that is being typed must be cut off before.
 *
 * @param {string} text
 * @returns {Place}
 */
export function placeAt(text) {
    let here = { position: "prologue" };
    const outer = [];
    let inParentheses = 0;
    let skip = 0;
    for (const { kind, text: word } of tokens(text)) {
        const small = word.toLowerCase();
        if (skip > 0) {
            skip -= 1;
        } else if (word === "{") {
            outer.push([here, inParentheses]);
            here = { position: "subject" };
            inParentheses = 0;
        } else if (word === "}") {
            outer.splice(outer.length - 1, 1);
            here = { position: outer.length > 0 ? "subject" : "outside" };
            inParentheses = 0;
        } else if (word === "(") {
            inParentheses += 1;
            if (here.position !== "predicate") {
                here = { ...here, position: "expression" };
            }
        } else if (word === ")") {
            inParentheses = Math.max(0, inParentheses - 1);
            if (inParentheses === 0) {
                const inPath = here.position === "predicate" || here.position === "object";
                here = inPath ? here : { position: outer.length > 0 ? "subject" : "outside" };
            }
        } else if (outer.length === 0) {
            here = { position: small === "prefix" || small === "base" ? "prologue" : here.position };
            if (kind === "word" && !["prefix", "base"].includes(small)) {
                here = { position: "outside" };
            }
        } else if (here.position === "expression" && inParentheses > 0) {
            continue;
        } else if (kind === "word" && BETWEEN.has(small)) {
            here = { position: "subject" };
        } else if (kind === "word" && (small === "graph" || small === "service")) {
            here = { position: "subject" };
            skip = 1;
        } else if (kind === "word" && EXPRESSIONS.has(small)) {
            here = { position: "expression" };
        } else {
            here = behind(here, word);
        }
    }
    return here;
}

/** Return the place behind a term or a sign of a triple. */
function behind(here, word) {
    switch (word) {
        case ".":
        case "]":
            return { position: "subject" };
        case ";":
            return { position: "predicate", subject: here.subject };
        case ",":
            return { position: "object", subject: here.subject, predicate: here.predicate };
        case "[":
            return { position: "predicate", subject: undefined };
    }
    if (here.position === "subject") {
        return { position: "predicate", subject: word };
    }
    if (here.position === "predicate") {
        return PATHS.has(word)
            ? here
            : { position: "object", subject: here.subject, predicate: word };
    }
    if (here.position === "object") {
        if (PATHS.has(word)) {
            return { position: "predicate", subject: undefined };
        }
        return REPEATS.has(word) ? here : { ...here, position: "outside" };
    }
    return here;
}

/** Say whether a predicate gives a thing its class. */
export function givesClass(predicate) {
    return TYPE.has(predicate);
}

/**
 * Return the classes that a query says a subject has, by the names that it uses.
 *
 * @param {string} text the whole query
 * @param {string | undefined} subject a variable or a name
 * @returns {string[]}
 */
export function classesOf(text, subject) {
    if (subject === undefined) {
        return [];
    }
    const found = new Set();
    const all = tokens(text);
    let current;
    for (let at = 0; at + 2 < all.length; at += 1) {
        const [first, second, third] = all.slice(at, at + 3).map((token) => token.text);
        if (["{", "."].includes(first) || current === undefined) {
            current = ["{", "."].includes(first) ? second : first;
        }
        if (givesClass(second) && (first === subject || (first === ";" && current === subject))) {
            found.add(third);
        }
    }
    return [...found];
}
