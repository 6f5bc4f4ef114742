import assert from "node:assert/strict";
import test from "node:test";

import { forget, headline, keep, past } from "../src/workbench/past.js";

function storage() {
    const held = new Map();
    return {
        getItem: (key) => held.get(key) ?? null,
        setItem: (key, value) => held.set(key, value),
        removeItem: (key) => held.delete(key),
        held,
    };
}

test("the newest query comes first, and each comes once", () => {
    const kept = storage();
    keep(kept, "ASK {}", 1);
    keep(kept, "SELECT * {}", 2);
    keep(kept, "ASK {}", 3);
    assert.deepEqual(past(kept), [
        { query: "ASK {}", at: 3 },
        { query: "SELECT * {}", at: 2 },
    ]);
});

test("no more than fifty are kept", () => {
    const kept = storage();
    for (let number = 0; number < 60; number += 1) {
        keep(kept, `ASK { ${number} }`, number);
    }
    assert.equal(past(kept).length, 50);
    assert.equal(past(kept)[0].at, 59);
});

test("what is forgotten is gone", () => {
    const kept = storage();
    keep(kept, "ASK {}", 1);
    forget(kept);
    assert.deepEqual(past(kept), []);
});

test("what something else wrote there is no history", () => {
    for (const text of ["{", '"x"', '[{"query": 1, "at": 2}]', "null"]) {
        assert.deepEqual(past({ getItem: () => text }), []);
    }
});

test("a browser that keeps nothing is no error", () => {
    const refuse = () => {
        throw new Error("refused");
    };
    const refusing = { getItem: refuse, setItem: refuse, removeItem: refuse };
    keep(refusing, "ASK {}", 1);
    forget(refusing);
    assert.deepEqual(past(refusing), []);
});

test("the headline leaves out declarations", () => {
    assert.equal(headline("PREFIX a: <b>\n# why\nSELECT *\n  { ?s ?p ?o }"), "SELECT * { ?s ?p ?o }");
    assert.equal(headline("# nothing else"), "# nothing else");
});
