// Asking the server: one query at a time, which can be ended there.

const ID_BYTES = 16;

/**
 * @typedef {{ kind: "answer", html: string } | { kind: "problem", problem: object } |
 *     { kind: "cancelled" } | { kind: "unreachable" }} Outcome
 */

/** Return an id that nobody can guess, by which a query can be ended. */
export function newId(crypto = globalThis.crypto) {
    const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks for pages of answers. */
export class Asking {
    #address;
    #fetch;
    #current = null;

    /**
     * @param {string} address where answers are given as pieces of a page
     * @param {typeof fetch} fetcher
     */
    constructor(address, fetcher = (...call) => globalThis.fetch(...call)) {
        this.#address = address;
        this.#fetch = fetcher;
    }

    /**
     * Return what the server answers; a query that still runs is ended first.
     *
     * @param {URLSearchParams} parameters
     * @returns {Promise<Outcome>}
     */
    async ask(parameters) {
        await this.cancel();
        const mine = { id: newId(), abort: new AbortController(), cancelled: false };
        this.#current = mine;
        try {
            const response = await this.#fetch(`${this.#address}?${parameters}`, {
                headers: {
                    Accept: "application/problem+json, text/html;q=0.5",
                    "X-Query-Id": mine.id,
                },
                signal: mine.abort.signal,
            });
            if (response.ok) {
                return { kind: "answer", html: await response.text() };
            }
            if (mine.cancelled) {
                return { kind: "cancelled" };
            }
            return { kind: "problem", problem: await problemOf(response) };
        } catch (error) {
            if (mine.cancelled || error.name === "AbortError") {
                return { kind: "cancelled" };
            }
            return { kind: "unreachable" };
        } finally {
            if (this.#current === mine) {
                this.#current = null;
            }
        }
    }

    /** End the query that runs, on the server too; do nothing if none does. */
    async cancel() {
        const running = this.#current;
        if (running === null) {
            return;
        }
        running.cancelled = true;
        this.#current = null;
        try {
            // It is not found if it has ended meanwhile, which is as well.
            await this.#fetch(`/running/${running.id}`, { method: "DELETE" });
        } catch {
            // The server is out of reach; then the query ends at its limit.
        }
        running.abort.abort();
    }
}

async function problemOf(response) {
    try {
        return await response.json();
    } catch {
        return { detail: `the server answered with status ${response.status}` };
    }
}
