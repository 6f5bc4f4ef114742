import assert from "node:assert/strict";
import test from "node:test";

import { Asking, newId } from "../src/workbench/asking.js";

/** A server that answers when it is told to. */
function server() {
    const calls = [];
    const fetcher = (address, options) =>
        new Promise((resolve, reject) => {
            calls.push({ address, ...options, resolve, reject });
            options.signal?.addEventListener("abort", () => {
                reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
            });
            if (options.method === "DELETE") {
                resolve(new Response(null, { status: 204 }));
            }
        });
    return { calls, fetcher };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const parameters = new URLSearchParams({ query: "ASK {}" });

test("ids are long and different", () => {
    assert.match(newId(), /^[0-9a-f]{32}$/);
    assert.notEqual(newId(), newId());
});

test("an answer is given as it was sent", async () => {
    const { calls, fetcher } = server();
    const outcome = new Asking("/answer", fetcher).ask(parameters);
    await turn();
    assert.equal(calls[0].address, "/answer?query=ASK+%7B%7D");
    calls[0].resolve(new Response("<p>Yes</p>"));
    assert.deepEqual(await outcome, { kind: "answer", html: "<p>Yes</p>" });
});

test("a problem is given with what the server says of it", async () => {
    const { calls, fetcher } = server();
    const outcome = new Asking("/answer", fetcher).ask(parameters);
    await turn();
    calls[0].resolve(new Response('{"detail": "no", "line": 3}', { status: 400 }));
    assert.deepEqual(await outcome, { kind: "problem", problem: { detail: "no", line: 3 } });
});

test("a problem that is no JSON is told by its status", async () => {
    const { calls, fetcher } = server();
    const outcome = new Asking("/answer", fetcher).ask(parameters);
    await turn();
    calls[0].resolve(new Response("<html>", { status: 502 }));
    assert.match((await outcome).problem.detail, /502/);
});

test("a query is ended on the server by the id that it was sent with", async () => {
    const { calls, fetcher } = server();
    const asking = new Asking("/answer", fetcher);
    const outcome = asking.ask(parameters);
    await turn();
    await asking.cancel();
    assert.deepEqual(await outcome, { kind: "cancelled" });
    assert.equal(calls[1].method, "DELETE");
    assert.equal(calls[1].address, `/running/${calls[0].headers["X-Query-Id"]}`);
});

test("a second query ends the first", async () => {
    const { calls, fetcher } = server();
    const asking = new Asking("/answer", fetcher);
    const first = asking.ask(parameters);
    await turn();
    const second = asking.ask(parameters);
    await turn();
    assert.deepEqual(await first, { kind: "cancelled" });
    assert.deepEqual(calls.map(({ method }) => method ?? "GET"), ["GET", "DELETE", "GET"]);
    calls[2].resolve(new Response("2"));
    assert.deepEqual(await second, { kind: "answer", html: "2" });
});

test("nothing is ended where nothing runs", async () => {
    const { calls, fetcher } = server();
    await new Asking("/answer", fetcher).cancel();
    assert.deepEqual(calls, []);
});

test("a server out of reach is told", async () => {
    const outcome = await new Asking("/answer", () => Promise.reject(new TypeError("no"))).ask(parameters);
    assert.deepEqual(outcome, { kind: "unreachable" });
});
