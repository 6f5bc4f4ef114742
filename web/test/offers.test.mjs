import assert from "node:assert/strict";
import test from "node:test";

import { fitting, offersAt } from "../src/workbench/offers.js";

const TERMS = {
    prefixes: { skg: "http://e/skg#", rdfs: "http://e/rdfs#" },
    classes: [{ name: "skg:Drug", label: "drug", definition: "A substance.", count: 7 }],
    properties: [
        { name: "skg:inhibits", label: "inhibits", count: 9, classes: { "skg:Drug": 4 } },
        { name: "skg:treats", label: "treats", count: 3, classes: { "skg:Study": 3 } },
    ],
    individuals: [{ name: "id:sorafenib", label: "sorafenib", kind: "drug" }],
};

const at = (before, behind = "") => offersAt(before, before + behind, TERMS);
const named = (before, name, behind) => at(before, behind).offers.find((offer) => offer.name === name);

test("a class is offered behind a, with what it is called, means, and how often it occurs", () => {
    const { label, detail, info } = named("SELECT * { ?s a ", "skg:Drug");
    assert.deepEqual([label, info], ["drug", "A substance."]);
    assert.match(detail, /7×/);
    assert.equal(named("SELECT * { ?s a ", "id:sorafenib"), undefined);
});

test("a property that things of the class have comes before one that they have not", () => {
    const before = "SELECT * { ?s a skg:Drug ; ";
    const mine = named(before, "skg:inhibits");
    assert.match(mine.detail, /4× with skg:Drug/);
    assert.ok(mine.rank > named(before, "skg:treats").rank);
});

test("without a known class all properties are alike", () => {
    const before = "SELECT * { ?s ";
    assert.equal(named(before, "skg:inhibits").rank, named(before, "skg:treats").rank);
});

test("the class may be said behind the cursor", () => {
    assert.match(named("SELECT * { ?s ", "skg:inhibits", " ?o . ?s a skg:Drug }").detail, /4× with/);
});

test("an individual is offered as an object with its kind", () => {
    assert.match(named("SELECT * { ?s skg:treats ", "id:sorafenib").detail, /drug/);
});

test("the variables of the query are offered, but not the one that is typed", () => {
    const { offers, from } = at("SELECT ?drug { ?drug a ?x", " }");
    const names = offers.map((offer) => offer.name);
    assert.ok(names.includes("?drug"));
    assert.ok(!names.includes("?x"));
    assert.equal(from, "SELECT ?drug { ?drug a ".length);
});

test("the word that is replaced includes its prefix", () => {
    assert.equal(at("SELECT * { ?s skg:inh").from, "SELECT * { ?s ".length);
});

test("prefixes and forms of queries are offered before a query", () => {
    assert.equal(named("PREFIX ", "skg:").detail, "http://e/skg#");
    assert.ok(named("", "SELECT"));
});

const offers = ["skg:inhibits", "skg:relievesInhibitionOf", "skg:has-inhibitor", "skg:targets"].map(
    (name) => ({ name, rank: 0 }),
);
const names = (typed, of = offers) => fitting(of, typed).map(({ name }) => name);

test("what begins with the typed word comes first, then what has a word that does", () => {
    assert.deepEqual(names("inhib"), ["skg:inhibits", "skg:relievesInhibitionOf", "skg:has-inhibitor"]);
    assert.deepEqual(names("skg:inh"), ["skg:inhibits"]);
});

test("what has the typed letters anywhere comes last, and what lacks them is not offered", () => {
    assert.deepEqual(names("arg"), ["skg:targets"]);
    assert.deepEqual(names("xyz"), []);
});

test("labels are looked at as well as names, whatever their case", () => {
    const of = [{ name: "id:x", label: "JAK/STAT pathway", rank: 0 }];
    assert.deepEqual(names("stat", of), ["id:x"]);
});

test("of what fits alike the higher rank comes first", () => {
    const of = [{ name: "skg:aa", rank: 0 }, { name: "skg:ab", rank: 20 }];
    assert.deepEqual(names("skg:a", of), ["skg:ab", "skg:aa"]);
});

test("of individuals that fit alike the shorter label comes first", () => {
    const of = ["sorafenib and doxorubicin", "sorafenib"].map((label) => ({ name: `id:${label}`, label, rank: 0 }));
    assert.deepEqual(names("soraf", of)[0], "id:sorafenib");
});
