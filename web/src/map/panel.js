// The panel beside the map: what was chosen, with links; read out when it changes.

/**
 * Show a part of the map, or how to choose one.
 *
 * @param {HTMLElement} panel
 * @param {import("./parts.js").Part | null} part
 * @param {{ text: string, call: () => void }[]} actions
 */
export function show(panel, part, actions = []) {
    panel.replaceChildren();
    if (part === null) {
        panel.append(paragraph("Choose a box or a line to see what is said of it."));
        return;
    }
    const heading = document.createElement("h3");
    heading.append(part.href ? link(part.href, part.title) : part.title);
    panel.append(heading, paragraph(part.kind, "quiet"));
    if (actions.length > 0) {
        panel.append(buttons(actions));
    }
    const list = document.createElement("ul");
    list.className = "facts";
    for (const { text, href, detail } of part.entries) {
        const item = document.createElement("li");
        item.append(href ? link(href, text) : text);
        if (detail) {
            item.append(" ", Object.assign(document.createElement("span"), {
                className: "quiet",
                textContent: detail,
            }));
        }
        list.append(item);
    }
    panel.append(list);
}

function buttons(actions) {
    const row = paragraph("", "actions");
    for (const { text, call } of actions) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "plain";
        button.textContent = text;
        button.addEventListener("click", call);
        row.append(button);
    }
    return row;
}

function link(href, text) {
    return Object.assign(document.createElement("a"), { href, textContent: text });
}

function paragraph(text, className = "") {
    return Object.assign(document.createElement("p"), { textContent: text, className });
}
