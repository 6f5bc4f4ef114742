// The triples of a table as nodes and edges.

/**
 * @typedef {{ id: string | null, text: string }} Part a node, or a literal if it has no id
 * @typedef {{ parts: Part[], inferred: boolean }} Row
 */

/**
 * Return the elements of a drawing: a literal is a node of its own for each triple.
 *
 * @param {Row[]} rows
 */
export function elementsOf(rows) {
    const nodes = new Map();
    const edges = [];
    rows.forEach(({ parts: [subject, predicate, object], inferred }, number) => {
        const source = node(nodes, subject, `literal-s-${number}`);
        const target = node(nodes, object, `literal-${number}`);
        edges.push({
            group: "edges",
            data: { id: `edge-${number}`, source, target, label: predicate.text },
            classes: inferred ? "inferred" : "",
        });
    });
    return [...nodes.values(), ...edges];
}

function node(nodes, { id, text }, otherwise) {
    const name = id ?? otherwise;
    if (!nodes.has(name)) {
        nodes.set(name, {
            group: "nodes",
            data: { id: name, label: text },
            classes: id === null ? "literal" : "",
        });
    }
    return name;
}

/** Return the rows of a table of triples. */
export function rowsOf(table) {
    return [...table.tBodies[0].rows].map((row) => ({
        parts: [...row.cells].slice(0, 3).map((cell) => ({
            id: cell.dataset.node ?? null,
            text: cell.textContent.trim(),
        })),
        inferred: row.querySelector(".mark.inferred") !== null,
    }));
}
