// The parts of the workbench put together: editor, answer, address, history.

import { Asking } from "./asking.js";
import { completion, declaring } from "./completion.js";
import { createEditor, setText } from "./editor.js";
import { markFault } from "./faults.js";
import { forget, keep, past } from "./past.js";
import { listOfPast, problemBox, runningSign } from "./pieces.js";

const SLOW = 150; // milliseconds after which it is said that a query runs

export class Workbench {
    #form;
    #view;
    #asking;
    #terms = null;
    #answer = document.getElementById("answer");
    #problem = document.getElementById("problem");
    #status = document.getElementById("status");
    #storage = storageOf(globalThis);
    // Of the address that the page shows; a step to a place on the page leaves it as it is.
    #search = location.search;

    /** @param {HTMLFormElement} form */
    constructor(form) {
        this.#form = form;
        this.#asking = new Asking(form.dataset.answer);
        const terms = () => this.#terms;
        this.#view = createEditor(form.elements.query, {
            run: () => this.run(),
            complete: completion(terms),
            extensions: declaring(terms),
        });
    }

    /** Take over what the page does by itself. */
    start() {
        this.#form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.run();
        });
        this.#form.querySelector(".actions").append(keysNote());
        this.#answer.addEventListener("click", (event) => this.#follow(event));
        globalThis.addEventListener("popstate", () => this.#comeBack());
        this.#prepareAnswer();
        this.#markFaultOfPage();
        this.#showPast();
        this.#fetchTerms();
    }

    /** Run what the editor holds. */
    run() {
        const query = this.#view.state.doc.toString();
        this.#load(new URLSearchParams({ query }), { isNew: true });
    }

    /** Show the answer to the parameters of an address; `isNew` puts that into the address bar. */
    async #load(parameters, { isNew, focus = null }) {
        const { sign, cancel } = runningSign();
        const shown = setTimeout(() => {
            this.#form.querySelector(".actions").append(sign);
            this.#status.textContent = "Running";
            this.#answer.classList.add("stale");
        }, SLOW);
        cancel.addEventListener("click", () => this.#asking.cancel());
        const outcome = await this.#asking.ask(parameters);
        clearTimeout(shown);
        const hadFocus = sign.contains(document.activeElement);
        sign.remove();
        if (hadFocus) {
            this.#view.focus();
        }
        this.#answer.classList.remove("stale");
        if (isNew) {
            this.#goTo(`${this.#form.action.split("?")[0]}?${parameters}`);
            keep(this.#storage, parameters.get("query"), Date.now());
            this.#showPast();
        }
        this.#show(outcome, focus);
    }

    #show(outcome, focus) {
        const problem = {
            problem: () => outcome.problem,
            cancelled: () => ({ detail: "the query was cancelled" }),
            unreachable: () => ({ detail: "the server cannot be reached" }),
        }[outcome.kind]?.();
        this.#problem.replaceChildren(...(problem ? [problemBox(problem)] : []));
        markFault(this.#view, problem ?? null, this.#terms?.prefixes ?? {});
        if (problem) {
            this.#answer.replaceChildren();
            this.#status.textContent = "";
            return;
        }
        // Made by the server of this page, which has escaped what is in it.
        this.#answer.innerHTML = outcome.html;
        this.#status.textContent = this.#answer.querySelector(".count")?.textContent ?? "";
        this.#prepareAnswer();
        if (focus !== null) {
            const again = this.#answer.querySelector(`[data-key="${CSS.escape(focus)}"]`);
            (again ?? this.#answer.querySelector("h2"))?.focus();
        }
    }

    /** Offer what only a script can do with an answer. */
    #prepareAnswer() {
        const empty = this.#answer.querySelector(".notice-box[data-line]");
        if (empty) {
            const { line, column } = empty.dataset;
            markFault(
                this.#view,
                {
                    detail: empty.querySelector(".finding li").textContent.trim(),
                    line: Number(line),
                    column: Number(column),
                    isWarning: true,
                },
                {},
            );
        }
        const draw = this.#answer.querySelector("[data-draw]");
        if (draw) {
            draw.hidden = false;
            draw.querySelector("button").addEventListener("click", async () => {
                const { drawTriples } = await import("../drawing/triples.js");
                drawTriples(this.#answer.querySelector("table"), draw);
            });
        }
        const lasting = this.#answer.querySelector("[data-lasting]");
        // Browsers have a clipboard for pages from trustworthy addresses only.
        if (lasting && navigator.clipboard) {
            const copy = document.createElement("button");
            copy.type = "button";
            copy.className = "plain small";
            copy.textContent = "Copy it";
            copy.addEventListener("click", async () => {
                await navigator.clipboard.writeText(lasting.href);
                copy.textContent = "Copied";
            });
            lasting.parentElement.append(" ", copy);
        }
    }

    /** Follow a link to another page or order of the answer without leaving the editor. */
    #follow(event) {
        const link = event.target.closest?.("a");
        const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
        if (!link || !isPlain || !(link.rel === "next" || link.rel === "prev" || link.dataset.key)) {
            return;
        }
        event.preventDefault();
        const { searchParams } = new URL(link.href);
        this.#goTo(link.href);
        this.#load(searchParams, { isNew: false, focus: link.dataset.key ?? "" });
    }

    #goTo(address) {
        history.pushState(null, "", address);
        this.#search = location.search;
    }

    #comeBack() {
        if (location.search === this.#search) {
            return;
        }
        this.#search = location.search;
        const parameters = new URLSearchParams(location.search);
        const query = parameters.get("query");
        if (query === null) {
            location.reload();
            return;
        }
        setText(this.#view, query);
        this.#load(parameters, { isNew: false });
    }

    #markFaultOfPage() {
        const { line, column } = this.#problem.dataset;
        if (line !== undefined) {
            const detail = this.#problem.querySelector("strong").textContent;
            const place = { line: Number(line), column: Number(column) };
            markFault(this.#view, { detail, ...place }, {});
        }
    }

    #showPast() {
        const section = document.getElementById("history");
        const entries = past(this.#storage);
        section.hidden = entries.length === 0;
        section.querySelector("div").replaceChildren(
            ...listOfPast(entries, {
                choose: (query) => {
                    setText(this.#view, query);
                    this.#view.focus();
                    this.#form.scrollIntoView();
                },
                forget: () => {
                    forget(this.#storage);
                    this.#showPast();
                    this.#view.focus();
                },
            }),
        );
    }

    async #fetchTerms() {
        try {
            const response = await fetch(this.#form.dataset.terms);
            this.#terms = response.ok ? await response.json() : null;
        } catch {
            // Without them the editor completes nothing, and all else works.
            this.#terms = null;
        }
    }
}

function keysNote() {
    const note = document.createElement("span");
    note.className = "keys";
    note.innerHTML =
        "<kbd>Ctrl</kbd> <kbd>Enter</kbd> runs, <kbd>Ctrl</kbd> <kbd>Space</kbd> completes, " +
        "<kbd>Esc</kbd> <kbd>Tab</kbd> leaves the editor";
    return note;
}

/** Return where the browser keeps things, or what keeps nothing if it refuses. */
function storageOf(window) {
    try {
        return window.localStorage;
    } catch {
        return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
    }
}
