// What the editor offers at a place, from the terms of the dataset; known to no editor.

import { classesOf, givesClass, placeAt } from "./context.js";
import { tokens } from "./tokens.js";

/**
 * @typedef {{ name: string, label?: string, definition?: string, count?: number,
 *     classes?: Record<string, number>, kind?: string }} Term
 * @typedef {{ prefixes: Record<string, string>, classes: Term[], properties: Term[],
 *     individuals: Term[] }} Terms
 * @typedef {{ name: string, label?: string, detail?: string, info?: string, rank: number }} Offer
 */

const WORD = /(?:[?$][\p{L}\p{N}_]*|[\p{L}\p{N}_][\p{L}\p{N}_.-]*:?[\p{L}\p{N}_.%-]*|:[\p{L}\p{N}_.%-]*)$/u;
const MOST = 100;
const FORMS = ["SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "PREFIX"];
const OUTSIDE = [
    "WHERE", "DISTINCT", "FROM", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET", "COUNT", "AS",
    "DESC", "ASC", "VALUES",
];
const INSIDE = ["OPTIONAL", "FILTER", "FILTER NOT EXISTS", "BIND", "UNION", "MINUS", "GRAPH", "VALUES"];
const IN_EXPRESSIONS = [
    "STR", "LANG", "DATATYPE", "CONTAINS", "LCASE", "REGEX", "STRSTARTS", "BOUND", "IF", "COALESCE",
    "EXISTS", "NOT EXISTS", "IN", "COUNT", "SUM", "AVG", "MIN", "MAX", "GROUP_CONCAT", "DISTINCT", "AS",
];

/**
 * Return what may stand at the end of a text, and where the word begins that it would replace.
 *
 * @param {string} before the query up to the cursor
 * @param {string} text the whole query
 * @param {Terms} terms
 * @returns {{ from: number, offers: Offer[] }}
 */
export function offersAt(before, text, terms) {
    const from = before.length - (WORD.exec(before)?.[0].length ?? 0);
    const place = placeAt(before.slice(0, from));
    switch (place.position) {
        case "prologue":
            return { from, offers: [...keywords(FORMS), ...prefixes(terms)] };
        case "predicate":
            return { from, offers: [...properties(terms, classesOf(text, place.subject)), ...variables(text, before.slice(from))] };
        case "object":
            if (givesClass(place.predicate)) {
                return { from, offers: [...terms.classes.map((term) => offer(term, 0)), ...variables(text, before.slice(from))] };
            }
            return { from, offers: [...variables(text, before.slice(from)), ...individuals(terms)] };
        case "subject":
            return { from, offers: [...variables(text, before.slice(from)), ...keywords(INSIDE), ...individuals(terms)] };
        case "expression":
            return { from, offers: [...variables(text, before.slice(from)), ...keywords(IN_EXPRESSIONS), ...individuals(terms)] };
        default:
            return { from, offers: [...keywords(OUTSIDE), ...variables(text, before.slice(from))] };
    }
}

/**
 * Return the offers that fit what is typed, the best first: those whose name or label begins with
 * it, then those of which a word does, then those that have it anywhere.
 *
 * @param {Offer[]} offers
 * @param {string} typed
 * @returns {Offer[]}
 */
export function fitting(offers, typed) {
    const wanted = typed.toLowerCase();
    return offers
        .map((offer, at) => ({ offer, at, fit: fitOf(offer, wanted) }))
        .filter(({ fit }) => fit > 0)
        .sort(
            (a, b) =>
                b.fit - a.fit ||
                b.offer.rank - a.offer.rank ||
                // What is nearly all typed is more likely to be meant.
                (wanted && a.offer.label && b.offer.label ? a.offer.label.length - b.offer.label.length : 0) ||
                a.at - b.at,
        )
        .slice(0, MOST)
        .map(({ offer }) => offer);
}

function fitOf({ name, label = "" }, wanted) {
    const whole = [name.toLowerCase(), label.toLowerCase(), name.slice(name.indexOf(":") + 1).toLowerCase()];
    if (whole.some((text) => text.startsWith(wanted))) {
        return 3;
    }
    const words = [...label.toLowerCase().split(/[\s/-]+/), ...name.split(/[:\-_]|(?=\p{Lu})/u).map((word) => word.toLowerCase())];
    if (words.some((word) => word.startsWith(wanted))) {
        return 2;
    }
    return whole.some((text) => text.includes(wanted)) ? 1 : 0;
}

/** Return the properties: first those that things of the classes have, by how often they do. */
function properties({ properties: all }, classes) {
    return all.map((term) => {
        const here = classes.filter((name) => term.classes && Object.hasOwn(term.classes, name));
        if (here.length === 0) {
            return offer(term, classes.length > 0 ? -20 : 0);
        }
        const times = Math.max(...here.map((name) => term.classes[name]));
        return { ...offer(term, 20), detail: `${term.name}  ${times}× with ${here[0]}` };
    });
}

function individuals({ individuals: all }) {
    return all.map((term) => ({
        name: term.name,
        label: term.label,
        detail: term.kind ? `${term.name}  ${term.kind}` : term.name,
        rank: -5,
    }));
}

function offer(term, rank) {
    const times = term.count === undefined ? "" : `  ${term.count}×`;
    return {
        name: term.name,
        label: term.label,
        detail: `${term.name}${times}`,
        info: term.definition,
        rank,
    };
}

function keywords(words) {
    return words.map((name) => ({ name, rank: -10 }));
}

function prefixes({ prefixes: all }) {
    return Object.entries(all).map(([prefix, namespace]) => ({
        name: `${prefix}:`,
        detail: namespace,
        rank: 0,
    }));
}

/** Return the variables of a query but the one that is being typed. */
function variables(text, typed) {
    const counted = new Map();
    for (const { kind, text: word } of tokens(text)) {
        if (kind === "variable") {
            counted.set(word, (counted.get(word) ?? 0) + 1);
        }
    }
    return [...counted]
        .filter(([name, times]) => name !== typed || times > 1)
        .map(([name]) => ({ name, rank: 10 }));
}
