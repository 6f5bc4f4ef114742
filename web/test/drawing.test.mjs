import assert from "node:assert/strict";
import test from "node:test";

import { Text } from "@codemirror/state";

import { elementsOf } from "../src/drawing/elements.js";
import { placeOf } from "../src/workbench/faults.js";

const part = (id, text = id) => ({ id, text });

test("a thing is one node, however many triples name it", () => {
    const rows = [
        { parts: [part("a"), part("p"), part("b")], inferred: false },
        { parts: [part("b"), part("p"), part("a")], inferred: true },
    ];
    const elements = elementsOf(rows);
    assert.deepEqual(elements.filter(({ group }) => group === "nodes").map(({ data }) => data.id), ["a", "b"]);
    const edges = elements.filter(({ group }) => group === "edges");
    assert.deepEqual(edges.map(({ classes }) => classes), ["", "inferred"]);
    assert.deepEqual(edges.map(({ data }) => [data.source, data.target]), [["a", "b"], ["b", "a"]]);
});

test("equal literals of two triples are two nodes", () => {
    const rows = [1, 2].map(() => ({ parts: [part("a"), part("p"), part(null, "x")], inferred: false }));
    const literals = elementsOf(rows).filter(({ classes }) => classes === "literal");
    assert.equal(new Set(literals.map(({ data }) => data.id)).size, 2);
    assert.deepEqual(literals.map(({ data }) => data.label), ["x", "x"]);
});

test("a place is counted in characters, some of which the editor counts twice", () => {
    const doc = Text.of(["ASK {", '  "😀😀" x', "}"]);
    assert.equal(placeOf(doc, 1, 5), 4);
    assert.equal(doc.sliceString(placeOf(doc, 2, 8), placeOf(doc, 2, 9)), "x");
    assert.equal(placeOf(doc, 2, 99), doc.line(2).to);
    assert.equal(placeOf(doc, 9, 1), doc.length);
});
