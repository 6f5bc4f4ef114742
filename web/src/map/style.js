// How the map looks: shape by column, end of a line by sign, dashes by standing; colour repeats it.

const SHAPES = [
    "round-rectangle",
    "ellipse",
    "round-tag",
    "rectangle",
    "octagon",
    "cut-rectangle",
];

/** @param {Record<string, string>} colours of the site's style sheet */
export function styleOf({ paper, raised, ink, quiet, edge, link, more, less, inferred }) {
    return [
        {
            selector: "node",
            style: {
                label: "data(name)",
                "font-size": 12,
                color: ink,
                "text-wrap": "wrap",
                "text-max-width": 150,
                "text-valign": "center",
                "background-color": paper,
                "border-width": 1,
                "border-color": ink,
                width: "data(width)",
                height: "data(height)",
            },
        },
        ...SHAPES.map((shape, rank) => ({
            selector: `node[rank = ${rank}]`,
            style: { shape, ...(rank === 4 ? { "background-color": raised, "border-width": 2 } : {}) },
        })),
        {
            selector: "edge",
            style: {
                width: 1.5,
                "curve-style": "bezier",
                "line-color": edge,
                "target-arrow-color": edge,
                "target-arrow-shape": "triangle",
                "font-size": 10,
                color: quiet,
                "text-background-color": paper,
                "text-background-opacity": 0.9,
            },
        },
        {
            selector: 'edge[sign = "more"]',
            style: { "line-color": more, "target-arrow-color": more },
        },
        {
            selector: 'edge[sign = "less"]',
            style: { "line-color": less, "target-arrow-color": less, "target-arrow-shape": "tee" },
        },
        { selector: 'edge[standing = "claimed"]', style: { "line-style": "dotted" } },
        {
            selector: 'edge[standing = "inferred"]',
            style: { "line-style": "dashed", "line-color": inferred },
        },
        { selector: ".faded", style: { opacity: 0.15 } },
        {
            selector: "edge.near, edge.way, edge:selected",
            style: { label: "data(interaction)", width: 3, "z-index": 2 },
        },
        { selector: "node:selected, node.way", style: { "border-width": 3, "border-color": link } },
    ];
}
