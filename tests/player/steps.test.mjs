// The steps of a run that are kept round the cursor.

import assert from "node:assert/strict";
import { test } from "node:test";
import { missing, Steps } from "../../assets/steps.mjs";
import { answer, message } from "./wire.mjs";

const known = (...ranges) => new Map(ranges.flatMap(([first, end]) => Array.from({ length: end - first }, (_, i) => [first + i, {}])));
const soon = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

// A step says which it is; its only formula has one row, which tells the answer it came in.
const step = (k) => ({ from: [k, k], formulas: [[[0, `${k}`]]] });
const told = (first, count, row = "row") =>
  message({ first, rows: [row], steps: Array.from({ length: count }, (_, i) => step(first + i)) });
const end = message({ status: [] });

// A server that answers when it is told to, or at once.
function server({ held = false } = {}) {
  const asked = [];
  const ask = async (url, { signal }) => {
    const [, first, count] = url.match(/,(\d+),(\d+)$/).map(Number);
    const request = { url, first, count, aborted: false };
    asked.push(request);
    signal.addEventListener("abort", () => (request.aborted = true));
    if (held) await new Promise((resolve) => (request.answer = resolve));
    return answer([told(first, count, url), end]);
  };
  return { asked, ask };
}

test("what is missing after the cursor is asked for first, then the nearest before it", () => {
  assert.deepEqual(missing(known([0, 16]), 0, 1000), [16, 1000]);
  assert.deepEqual(missing(known([500, 516]), 500, 1000), [516, 1000]);
  assert.deepEqual(missing(known([500, 1000]), 500, 1000), [250, 500]);
  assert.deepEqual(missing(known([250, 1000]), 500, 1000), [0, 250]);
  assert.equal(missing(known([0, 1000]), 500, 1000), null);
  assert.deepEqual(missing(known([0, 5], [7, 1000]), 0, 1000), [5, 7]);
});

test("of a long run so much is asked for at a time that it is seldom asked", () => {
  let asked = 0;
  const have = known([0, 16]);
  for (let k = 0; k < 9000; k++) {
    const range = missing(have, k, 10_000);
    if (!range) continue;
    asked += 1;
    assert.ok(range[1] - range[0] <= 1000);
    for (let i = range[0]; i < range[1]; i++) have.set(i, {});
  }
  assert.ok(asked < 20, String(asked));
});

test("a step is asked for with a few others, and once it rests all of them are", async () => {
  const { asked, ask } = server();
  let changes = 0;
  const steps = new Steps(() => (changes += 1));
  assert.equal(steps.want("step?run=adam", 4, 700, 1000, ask), undefined);
  await soon(20);
  assert.equal(steps.want("step?run=adam", 4, 700, 1000, ask).from[0], 700);
  assert.deepEqual(asked.map(({ url }) => url), ["step?run=adam&at=4,700,16"]);
  assert.equal(changes, 1);
  await soon(500);
  assert.deepEqual(asked.map(({ first, count }) => [first, count]), [[700, 16], [716, 284], [450, 250], [200, 250], [0, 200]]);
  for (const k of [0, 331, 999]) {
    const { from, formulas } = steps.want("step?run=adam", 4, k, 1000, ask);
    assert.equal(from[0], k);
    assert.deepEqual(formulas[0][0].texts, [String(k)]);
    assert.match(formulas[0][0].row, /^step\?run=adam&at=4,/);
  }
  await soon(400);
  assert.equal(asked.length, 5);
});

test("while a knob is moved one question is under way, and older numbers stay until there are new ones", async () => {
  const { asked, ask } = server({ held: true });
  const steps = new Steps(() => {});
  for (const lr of [1, 2, 3]) steps.want(`step?lr=${lr}`, 0, 5, 100, ask);
  assert.equal(asked.length, 1);
  asked[0].answer();
  await soon(10);
  assert.match(steps.stale.formulas[0][0].row, /lr=1/);
  assert.equal(steps.want("step?lr=3", 0, 5, 100, ask), undefined);
  assert.equal(asked.length, 2);
  asked[1].answer();
  await soon(10);
  assert.match(steps.want("step?lr=3", 0, 5, 100, ask).formulas[0][0].row, /lr=3/);
  assert.equal(steps.want("step?lr=3", 1, 5, 100, ask), undefined);
  assert.equal(steps.stale, undefined); // it is of another run
  steps.rest();
});

test("what takes long gives way to what is wanted now", async () => {
  const { asked, ask } = server({ held: true });
  const steps = new Steps(() => {});
  steps.want("step?lr=1", 0, 5, 100, ask);
  steps.want("step?lr=1", 0, 50, 100, ask);
  assert.equal(asked.length, 1);
  await soon(300);
  steps.want("step?lr=1", 0, 50, 100, ask);
  assert.ok(asked[0].aborted);
  assert.equal(asked[1].first, 50);
  steps.rest();
  assert.ok(asked[1].aborted);
});

test("a step that a run does not make is null, and a refusal has words and is not asked for again", async () => {
  const steps = new Steps(() => {});
  const none = async () => answer([message({ first: 3, rows: [], steps: [null] }), end]);
  steps.want("step?lr=1", 0, 3, 4, none);
  await soon(10);
  assert.equal(steps.want("step?lr=1", 0, 3, 4, none), null);
  let asked = 0;
  const refuse = async () => {
    asked += 1;
    return answer([], { status: 400, problems: [{ where: "at", sentence: "No." }] });
  };
  steps.want("step?lr=2", 0, 3, 4, refuse);
  await soon(10);
  steps.want("step?lr=2", 0, 3, 4, refuse);
  assert.equal(steps.trouble, "No.");
  assert.equal(asked, 1);
});

test("an answer that breaks off begins again with its own rows", async () => {
  let asked = 0;
  const steps = new Steps(() => {});
  const ask = async () => (asked++ ? answer([told(0, 1, "b"), end]) : answer([told(0, 1, "a")], { end: "break" }));
  steps.want("step?lr=1", 0, 0, 1, ask);
  await soon(500);
  assert.equal(asked, 2);
  assert.equal(steps.want("step?lr=1", 0, 0, 1, ask).formulas[0][0].row, "b");
});

test("of a long run what is far from the cursor is dropped", async () => {
  const { ask } = server();
  const steps = new Steps(() => {});
  for (let k = 0; k < 6000; k += 500) {
    steps.want("step?lr=1", 0, k, 10_000, ask);
    await soon(450);
  }
  assert.ok(steps.now.known.size <= 6000, String(steps.now.known.size));
  assert.ok(steps.now.known.has(5500));
  assert.ok(!steps.now.known.has(0));
  steps.rest();
});
