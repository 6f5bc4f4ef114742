// What the map's panel says of a node or an edge, and the address of the map that a form asks for.

/**
 * @typedef {{ text: string, href?: string, detail?: string }} Entry
 * @typedef {{ title: string, kind: string, href: string | null, entries: Entry[] }} Part
 */

/**
 * Return the address with the choices of a form, without what is empty.
 *
 * @param {string} path
 * @param {Iterable<[string, string]>} pairs
 */
export function addressOf(path, pairs) {
    const chosen = new URLSearchParams([...pairs].filter(([, value]) => value !== ""));
    return chosen.size > 0 ? `${path}?${chosen}` : path;
}

/**
 * Return what is told of a node: its kind, and the ties that it has.
 *
 * @param {Record<string, any>} node the data of a node
 * @param {Record<string, any>[]} edges the data of its edges
 * @param {(id: string) => string} nameOf
 * @returns {Part}
 */
export function aboutNode(node, edges, nameOf) {
    return {
        title: node.name,
        kind: node.kind,
        href: node.href,
        entries: edges.map((edge) => ({
            text: sentence(edge, nameOf),
            href: whyOf(edge),
            detail: layer(edge),
        })),
    };
}

/**
 * Return what is told of an edge: its claims with their layer, or why it holds.
 *
 * @returns {Part}
 */
export function aboutEdge(edge, nameOf) {
    return {
        title: sentence(edge, nameOf),
        kind: layer(edge),
        href: whyOf(edge),
        entries: edge.told.map(({ statement, href, certainty }) => ({
            text: statement,
            href,
            detail: certainty,
        })),
    };
}

/** Return an edge in words, in the direction in which it is written. */
export function sentence(edge, nameOf) {
    const [subject, , object] = edge.triple;
    return `${nameOf(localName(subject))} ${edge.interaction} ${nameOf(localName(object))}`;
}

function layer({ standing, certainty, evidence }) {
    return [standing, certainty, evidence]
        .filter(Boolean)
        .map((words) => words.replaceAll("|", ", ").replaceAll("-", " "))
        .join("; ");
}

/** Return the address of the proof of an edge; none where it is only claimed. */
export function whyOf({ standing, triple: [subject, predicate, object] }) {
    if (standing === "claimed") {
        return undefined;
    }
    return addressOf("/explain", [
        ["subject", `<${subject}>`],
        ["predicate", `<${predicate}>`],
        ["object", `<${object}>`],
    ]);
}

export function localName(iri) {
    return iri.slice(iri.lastIndexOf("/") + 1);
}
