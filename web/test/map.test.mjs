import assert from "node:assert/strict";
import { test } from "node:test";

import { aboutEdge, aboutNode, addressOf, localName, sentence, whyOf } from "../src/map/parts.js";

const EDGE = {
    interaction: "countered by",
    standing: "asserted",
    certainty: "found|suggested",
    evidence: "cell-line",
    triple: ["https://x.org/id/mech", "https://x.org/ontology#counteredBy", "https://x.org/id/drug"],
    told: [{ statement: "A drug counters it.", href: "/id/claim-1", certainty: "found" }],
};
const nameOf = (id) => ({ mech: "the mechanism", drug: "a drug" })[id];

test("an address has what is chosen only", () => {
    assert.equal(addressOf("/map", []), "/map");
    assert.equal(addressOf("/map", [["kind", "a b"], ["section", ""]]), "/map?kind=a+b");
});

test("an edge reads in the direction in which it is written", () => {
    assert.equal(sentence(EDGE, nameOf), "the mechanism countered by a drug");
    assert.equal(localName("https://x.org/id/mech"), "mech");
});

test("an edge is told with its claims and its proof", () => {
    const part = aboutEdge(EDGE, nameOf);
    assert.equal(part.kind, "asserted; found, suggested; cell line");
    assert.deepEqual(part.entries, [
        { text: "A drug counters it.", href: "/id/claim-1", detail: "found" },
    ]);
    assert.match(part.href, /^\/explain\?subject=%3Chttps/);
});

test("what is only claimed has no proof", () => {
    assert.equal(whyOf({ ...EDGE, standing: "claimed" }), undefined);
});

test("a node is told with its kind, its page and its ties", () => {
    const part = aboutNode({ name: "a drug", kind: "drug", href: "/id/drug" }, [EDGE], nameOf);
    assert.deepEqual([part.title, part.kind, part.href], ["a drug", "drug", "/id/drug"]);
    assert.equal(part.entries[0].text, "the mechanism countered by a drug");
});
