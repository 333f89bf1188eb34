// What is known along a run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Along, CHANNELS, Limits, unpack } from "../../assets/along.mjs";
import { message } from "./wire.mjs";

const POINTS = 4;
const numbers = Float32Array.from({ length: CHANNELS.length * POINTS }, (_, i) => i);

test("a message has its channels one after the other", () => {
  const { formula, ...run } = unpack({ run: 0, formula: "2/lr" }, numbers);
  assert.equal(formula, "2/lr");
  assert.deepEqual(Object.keys(run), CHANNELS);
  CHANNELS.forEach((name, i) => assert.deepEqual([...run[name]], [0, 1, 2, 3].map((k) => i * POINTS + k), name));
});

test("it is asked for by its own name", async () => {
  let ready;
  const done = new Promise((resolve) => (ready = resolve));
  const along = new Along(() => ready());
  const asked = [];
  along.ask("run=adam", async (url) => {
    asked.push(url);
    return new Response(new Blob([message({ run: 0, formula: "2/lr" }, numbers), message({ status: [] })]));
  });
  await done;
  assert.deepEqual(asked, ["along?run=adam"]);
  assert.equal(along.runs[0].cost.at(-1), numbers.at(-1));
});

test("the rates that the curvature allows are told of some runs only", async () => {
  let ready;
  const done = new Promise((resolve) => (ready = resolve));
  const limits = new Limits(() => ready());
  const asked = [];
  limits.ask("run=adam&run=momentum", async (url) => {
    asked.push(url);
    return new Response(new Blob([message({ run: 1, formula: "2/λ" }, [NaN, 3, 4]), message({ status: [] })]));
  });
  await done;
  assert.deepEqual(asked, ["limits?run=adam&run=momentum"]);
  assert.equal(limits.runs[0], undefined);
  assert.deepEqual([limits.runs[1].formula, ...limits.runs[1].limit], ["2/λ", NaN, 3, 4]);
});
