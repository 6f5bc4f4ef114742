// Small pieces of the page that the workbench makes itself.

import { headline } from "./past.js";

/** Return the sign that a query runs, with the seconds that have passed, and its button. */
export function runningSign() {
    const sign = document.createElement("span");
    sign.className = "running";
    const seconds = document.createElement("span");
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "plain";
    cancel.textContent = "Cancel";
    sign.append(cancel, seconds);
    const began = performance.now();
    const timer = setInterval(() => {
        seconds.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    }, 100);
    const remove = sign.remove.bind(sign);
    sign.remove = () => {
        clearInterval(timer);
        remove();
    };
    return { sign, cancel };
}

/** Return a box that tells of a problem, like that of the server's page. */
export function problemBox({ detail, line, column, excerpt, hint }) {
    const box = document.createElement("div");
    box.className = "problem";
    box.setAttribute("role", "alert");
    const place = line === undefined ? "" : `Line ${line}, column ${column}: `;
    box.append(paragraph("strong", `${place}${detail}`));
    if (excerpt) {
        const shown = document.createElement("pre");
        shown.textContent = excerpt;
        box.append(shown);
    }
    if (hint) {
        box.append(paragraph("span", `Hint: ${hint}`));
    }
    return box;
}

/** Return the list of queries that were run before, and the button that forgets them. */
export function listOfPast(entries, { choose, forget }) {
    const list = document.createElement("ul");
    list.className = "past";
    for (const { query, at } of entries) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = headline(query).slice(0, 200);
        button.title = query;
        button.addEventListener("click", () => choose(query));
        const when = document.createElement("time");
        when.dateTime = new Date(at).toISOString();
        when.textContent = new Date(at).toLocaleString(undefined, {
            dateStyle: "short",
            timeStyle: "short",
        });
        const item = document.createElement("li");
        item.append(button, when);
        list.append(item);
    }
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "plain small";
    clear.textContent = "Forget these";
    clear.addEventListener("click", forget);
    const note = paragraph("span", "Kept in this browser only.");
    note.className = "note";
    return [list, note, clear];
}

function paragraph(tag, text) {
    const inner = document.createElement(tag);
    inner.textContent = text;
    const outer = document.createElement("p");
    outer.append(inner);
    return outer;
}
