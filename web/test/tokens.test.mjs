import assert from "node:assert/strict";
import test from "node:test";

import { isQuoted, tokens } from "../src/workbench/tokens.js";

const kinds = (text) => tokens(text).map(({ kind, text: word }) => [kind, word]);

test("each kind of token is told from the others", () => {
    assert.deepEqual(kinds('?x a skg:Drug ; rdfs:label "a # b"@en . # the end\n<http://e/#a> :p 1.5'), [
        ["variable", "?x"],
        ["word", "a"],
        ["name", "skg:Drug"],
        ["sign", ";"],
        ["name", "rdfs:label"],
        ["string", '"a # b"'],
        ["word", "@en"],
        ["sign", "."],
        ["iri", "<http://e/#a>"],
        ["name", ":p"],
        ["word", "1.5"],
    ]);
});

test("the dot that ends a triple is no part of a name", () => {
    assert.deepEqual(kinds("id:a.b."), [["name", "id:a.b"], ["sign", "."]]);
});

test("a string may be open, long, or hold escaped quotes", () => {
    assert.deepEqual(kinds('"a \\" b" "open'), [["string", '"a \\" b"'], ["string", '"open']]);
    assert.deepEqual(kinds('"""a "b"\nc""" ?x'), [["string", '"""a "b"\nc"""'], ["variable", "?x"]]);
});

test("less than is no IRI", () => {
    assert.deepEqual(kinds("?a < 3 && ?b > 2").map(([, word]) => word), ["?a", "<", "3", "&&", "?b", ">", "2"]);
});

for (const [text, expected] of [
    ["# skg:", true],
    ["?s ?p 1 # skg:", true],
    ["<http://e/#a> skg:", false],
    ['?s ?p "skg:', true],
    ['?s ?p "skg:"', false],
    ["# no\nskg:", false],
]) {
    test(`${JSON.stringify(text)} ends ${expected ? "inside" : "outside"} of comments and strings`, () => {
        assert.equal(isQuoted(text, text.length), expected);
    });
}
