// The queries that were run here before, kept by the browser and sent to nobody.

const KEY = "sorafenib-kg.queries";
const MOST = 50;

/** @typedef {{ query: string, at: number }} Past */

/**
 * Return the queries, the newest first.
 *
 * @param {Storage} storage
 * @returns {Past[]}
 */
export function past(storage) {
    try {
        const found = JSON.parse(storage.getItem(KEY) ?? "[]");
        return Array.isArray(found)
            ? found.filter(({ query, at }) => typeof query === "string" && typeof at === "number")
            : [];
    } catch {
        // What is no JSON was not written here; a browser may also refuse to keep anything.
        return [];
    }
}

/** Keep a query as the newest; the oldest go. */
export function keep(storage, query, at) {
    const others = past(storage).filter((entry) => entry.query !== query);
    try {
        storage.setItem(KEY, JSON.stringify([{ query, at }, ...others].slice(0, MOST)));
    } catch {
        // It is full, or refused: then nothing is kept.
    }
}

/** Forget all queries. */
export function forget(storage) {
    try {
        storage.removeItem(KEY);
    } catch {
        // Nothing was kept.
    }
}

/** Return the line of a query that tells most: the first that declares nothing. */
export function headline(query) {
    const lines = query.split("\n").map((line) => line.trim());
    const telling = lines.filter((line) => line && !/^(?:PREFIX|BASE|#)/i.test(line));
    return telling.join(" ") || query.trim();
}
