// The map to explore; loaded when it is asked for.

import cytoscape from "cytoscape";

import { colours, onChangeOfScheme } from "../drawing/colours.js";
import { show } from "./panel.js";
import { aboutEdge, aboutNode, addressOf } from "./parts.js";
import { styleOf } from "./style.js";

/**
 * Draw the map with the places that the server gives, and say in the panel what is chosen.
 *
 * @param {HTMLElement} box
 * @param {HTMLElement} panel
 * @param {{ elements: any }} content
 * @param {string[]} way the edges of a way that is to be seen
 */
export function explore(box, panel, content, way) {
    const map = cytoscape({
        container: box,
        elements: content.elements,
        style: styleOf(colours()),
        layout: { name: "preset", padding: 12 },
        minZoom: 0.1,
        maxZoom: 3,
    });
    const nameOf = (id) => map.getElementById(id).data("name") ?? id;
    const ends = new URLSearchParams(location.search);

    function choose(element) {
        map.elements().removeClass("faded near");
        if (element === null) {
            show(panel, null);
            return;
        }
        const near = element.isNode() ? element.closedNeighborhood() : element.union(element.connectedNodes());
        map.elements().not(near).addClass("faded");
        near.edges().addClass("near");
        if (element.isEdge()) {
            show(panel, aboutEdge(element.data(), nameOf));
            return;
        }
        const edges = element.connectedEdges().map((edge) => edge.data());
        show(panel, aboutNode(element.data(), edges, nameOf), [
            { text: "Find a way from here", call: () => find("from", element.id()) },
            { text: "Find a way to here", call: () => find("to", element.id()) },
        ]);
    }

    function find(end, id) {
        ends.set(end, `id:${id}`);
        if (ends.get("from") && ends.get("to")) {
            location.href = `${addressOf(location.pathname, ends)}#path`;
            return;
        }
        const other = end === "from" ? "to" : "from";
        show(panel, {
            title: nameOf(id),
            kind: `Now choose where the way is to go ${other}.`,
            href: null,
            entries: [],
        });
    }

    map.on("tap", (event) => choose(event.target === map ? null : event.target));
    onChangeOfScheme(() => map.style(styleOf(colours())));
    show(panel, null);
    for (const id of way) {
        const edge = map.getElementById(id);
        edge.union(edge.connectedNodes()).addClass("way");
    }
    return map;
}
