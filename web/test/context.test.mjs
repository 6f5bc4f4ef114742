import assert from "node:assert/strict";
import test from "node:test";

import { classesOf, placeAt } from "../src/workbench/context.js";

for (const [text, position] of [
    ["", "prologue"],
    ["PREFIX skg: <http://e/>\n", "prologue"],
    ["SELECT ", "outside"],
    ["SELECT * WHERE { ", "subject"],
    ["SELECT * WHERE { ?s ", "predicate"],
    ["SELECT * WHERE { ?s a ", "object"],
    ["SELECT * WHERE { ?s a skg:Drug . ", "subject"],
    ["SELECT * WHERE { ?s a skg:Drug ; ", "predicate"],
    ["SELECT * WHERE { ?s a skg:Drug , ", "object"],
    ["SELECT * { ?s skg:p/", "predicate"],
    ["SELECT * { ?s skg:p/skg:q ", "object"],
    ["SELECT * { ?s ^", "predicate"],
    ["SELECT * { ?s (skg:p|", "predicate"],
    ["SELECT * { ?s skg:p* ", "object"],
    ["SELECT * { GRAPH <http://g> { ", "subject"],
    ["SELECT * { GRAPH ?g { ?s ", "predicate"],
    ["SELECT * { OPTIONAL { ?s ", "predicate"],
    ["SELECT * { ?s ?p ?o OPTIONAL { ", "subject"],
    ["SELECT * { ?s ?p ?o FILTER(", "expression"],
    ["SELECT * { ?s ?p ?o FILTER(?o > 3) ", "subject"],
    ["SELECT * { ?s ?p ?o FILTER(STR(?o) = ", "expression"],
    ["SELECT * { ?s ?p ?o } ", "outside"],
    ["SELECT * { { ?s ?p ?o } UNION { ?s ", "predicate"],
    ["SELECT * { ?s ?p [ ", "predicate"],
    ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ", "predicate"],
    ['SELECT * { ?s ?p "{ a" . ', "subject"],
]) {
    test(`${JSON.stringify(text)} ends at: ${position}`, () => {
        assert.equal(placeAt(text).position, position);
    });
}

test("behind a semicolon the subject is the same", () => {
    assert.deepEqual(placeAt("{ ?s a skg:Drug ; "), { position: "predicate", subject: "?s" });
});

test("at an object the predicate is known", () => {
    const { subject, predicate } = placeAt("{ ?s a skg:Drug ; skg:p ");
    assert.deepEqual([subject, predicate], ["?s", "skg:p"]);
});

const QUERY = `SELECT * {
    ?drug a skg:Drug ; skg:inhibits ?target .
    ?target rdfs:label ?label ; rdf:type skg:Protein .
    ?drug a skg:Kinase
}`;

test("the classes of a variable are all that the query gives it", () => {
    assert.deepEqual(classesOf(QUERY, "?drug"), ["skg:Drug", "skg:Kinase"]);
    assert.deepEqual(classesOf(QUERY, "?target"), ["skg:Protein"]);
    assert.deepEqual(classesOf(QUERY, "?label"), []);
    assert.deepEqual(classesOf(QUERY, undefined), []);
});
