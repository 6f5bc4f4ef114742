import assert from "node:assert/strict";
import test from "node:test";

import { EditorState } from "@codemirror/state";
import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";

import { sparql } from "../src/workbench/language.js";

const QUERY = `PREFIX skg: <http://e/> # why
SELECT ?x { ?x a skg:Drug ; skg:p/skg:q "one"@en }`;

function coloured() {
    const { parser } = sparql().language;
    const found = [];
    const styles = tagHighlighter([
        { tag: tags.keyword, class: "keyword" },
        { tag: tags.namespace, class: "name" },
        { tag: tags.variableName, class: "variable" },
        { tag: tags.string, class: "string" },
        { tag: tags.comment, class: "comment" },
    ]);
    highlightTree(parser.parse(QUERY), styles, (from, to, style) => {
        found.push([QUERY.slice(from, to).trim(), style]);
    });
    return new Map(found);
}

for (const [word, style] of [
    ["PREFIX", "keyword"],
    ["a", "keyword"],
    ["skg:Drug", "name"],
    ["skg:p", "name"],
    ["?x", "variable"],
    ['"one"', "string"],
    ["@en", "string"],
    ["# why", "comment"],
]) {
    test(`${word} has the colour of a ${style}`, () => {
        assert.equal(coloured().get(word), style);
    });
}

test("a line is made a comment by a hash", () => {
    const state = EditorState.create({ doc: QUERY, extensions: sparql() });
    assert.deepEqual(state.languageDataAt("commentTokens", 0), [{ line: "#" }]);
});
