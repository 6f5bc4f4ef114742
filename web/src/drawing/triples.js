// A drawing of the triples of an answer; loaded when it is asked for.

import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";

import { colours, onChangeOfScheme } from "./colours.js";
import { elementsOf, rowsOf } from "./elements.js";

cytoscape.use(fcose);

const LAYOUT = {
    name: "fcose",
    quality: "proof",
    animate: false,
    // Labels stand below their nodes, and need room too.
    nodeDimensionsIncludeLabels: true,
    idealEdgeLength: 150,
    nodeRepulsion: 20000,
    padding: 20,
};

/**
 * Draw the triples of a table, in place of the button that asked for it.
 *
 * @param {HTMLTableElement} table
 * @param {HTMLElement} place
 */
export function drawTriples(table, place) {
    const rows = rowsOf(table);
    const box = document.createElement("div");
    box.className = "canvas";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `Drawing of ${rows.length} triples; the table has the same`);
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = 
        "Drag to move, turn the wheel or pinch to zoom. Dashed: inferred. Boxes: literals.";
    figure.append(box, caption);
    place.replaceWith(figure);
    const drawing = cytoscape({
        container: box,
        elements: elementsOf(rows),
        style: styleOf(colours()),
        layout: LAYOUT,
        minZoom: 0.2,
        maxZoom: 3,
    });
    onChangeOfScheme(() => drawing.style(styleOf(colours())));
    return drawing;
}

function styleOf({ paper, ink, quiet, edge, link, inferred }) {
    return [
        {
            selector: "node",
            style: {
                label: "data(label)",
                "font-size": 12,
                color: ink,
                "text-wrap": "wrap",
                "text-max-width": 130,
                "text-valign": "bottom",
                "text-margin-y": 4,
                "background-color": link,
                width: 14,
                height: 14,
            },
        },
        {
            selector: "node.literal",
            style: { shape: "rectangle", "background-color": paper, "border-width": 1.5, "border-color": edge },
        },
        {
            selector: "edge",
            style: {
                label: "data(label)",
                "font-size": 10,
                color: quiet,
                "text-background-color": paper,
                "text-background-opacity": 0.9,
                "text-background-padding": 2,
                "text-rotation": "autorotate",
                width: 1.5,
                "line-color": edge,
                "target-arrow-color": edge,
                "target-arrow-shape": "triangle",
                "curve-style": "bezier",
            },
        },
        {
            selector: "edge.inferred",
            style: { "line-style": "dashed", "line-color": inferred, "target-arrow-color": inferred },
        },
    ];
}
