import assert from "node:assert/strict";
import test from "node:test";

import { declaration, declared } from "../src/workbench/prefixes.js";

const NAMESPACES = { id: "http://e/id/", rdfs: "http://e/rdfs#", skg: "http://e/skg#" };

function put(text, prefix) {
    const { from, insert } = declaration(text, prefix, NAMESPACES);
    return text.slice(0, from) + insert + text.slice(from);
}

test("declared prefixes are found, whatever their case, and not those in comments", () => {
    const text = "PREFIX id: <http://e/>\nprefix : <http://f/>\n# PREFIX skg: <x>\nASK {}";
    assert.deepEqual([...declared(text)], ["id", ""]);
});

test("a prefix is put among those that are there, by its order", () => {
    const text = "PREFIX id: <http://e/id/>\nPREFIX skg: <http://e/skg#>\n\nASK {}";
    assert.equal(
        put(text, "rdfs"),
        "PREFIX id: <http://e/id/>\nPREFIX rdfs: <http://e/rdfs#>\nPREFIX skg: <http://e/skg#>\n\nASK {}",
    );
});

test("a prefix that comes last by its order is put behind the others", () => {
    assert.equal(
        put("PREFIX id: <http://e/id/>\nASK {}", "skg"),
        "PREFIX id: <http://e/id/>\nPREFIX skg: <http://e/skg#>\nASK {}",
    );
});

test("without others it is put before everything", () => {
    assert.equal(put("ASK {}", "skg"), "PREFIX skg: <http://e/skg#>\n\nASK {}");
});

test("nothing is put for what is declared or not known", () => {
    assert.equal(declaration("PREFIX skg: <http://x/>\nASK {}", "skg", NAMESPACES), null);
    assert.equal(declaration("ASK {}", "foaf", NAMESPACES), null);
    assert.equal(declaration("ASK {}", "toString", NAMESPACES), null);
});
