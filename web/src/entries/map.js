// Lets the map be explored where scripts run; without them it is the server's drawing.

import { addressOf } from "../map/parts.js";

const figure = document.getElementById("map");
const form = document.getElementById("map-form");

function button(text) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = text;
    return made;
}

async function open(bar, starter) {
    starter.disabled = true;
    const [{ explore }, response] = await Promise.all([
        import("../map/explorer.js"),
        fetch(figure.dataset.source),
    ]);
    if (!response.ok) {
        starter.disabled = false;
        return;
    }
    const box = document.createElement("div");
    box.className = "map-box";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", "Resistance map, to explore; the drawing and the pages have the same");
    const panel = document.createElement("div");
    panel.className = "map-panel";
    panel.setAttribute("aria-live", "polite");
    const both = document.createElement("div");
    both.className = "map-explorer";
    both.append(box, panel);
    figure.querySelector(".map-scroll").replaceWith(both);
    let map = explore(box, panel, await response.json(), ways());
    const fit = button("Show all");
    fit.addEventListener("click", () => map.fit(undefined, 12));
    const png = button("PNG");
    png.addEventListener("click", () => {
        const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
        const address = URL.createObjectURL(map.png({ output: "blob", full: true, scale: 2, bg: paper }));
        Object.assign(document.createElement("a"), { href: address, download: "resistance-map.png" }).click();
        URL.revokeObjectURL(address);
    });
    bar.replaceChildren(fit, png);
    form.addEventListener("change", async () => {
        const pairs = new FormData(form);
        const answer = await fetch(addressOf("/map.json", pairs));
        if (answer.ok) {
            history.replaceState(null, "", addressOf(location.pathname, pairs));
            map.destroy();
            map = explore(box, panel, await answer.json(), []);
        }
    });
}

function ways() {
    return figure.dataset.way ? figure.dataset.way.split(" ") : [];
}

const bar = document.createElement("p");
bar.className = "actions";
const starter = button("Explore");
starter.addEventListener("click", () => open(bar, starter));
bar.append(starter);
figure.before(bar);
