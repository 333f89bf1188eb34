// Runs with other seeds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudAt, dots, Repeats, unpack } from "../../assets/repeats.mjs";
import { soon, until } from "./wait.mjs";
import { message } from "./wire.mjs";

const head = { run: 0, marks: [0, 5, 9], clouds: [0, 9], said: "2 seeds" };
const numbers = Float32Array.from({ length: 8 * 3 + 2 * 2 * 2 }, (_, i) => i);

function answering(...messages) {
  const asked = [];
  const ask = async (url) => {
    asked.push(url);
    return new Response(new Blob(messages));
  };
  return { asked, ask };
}

test("a message has the numbers of the bands and then the clouds", () => {
  const found = unpack(head, numbers);
  assert.deepEqual([...found.x], [0, 1, 2]);
  assert.deepEqual([...found.gap50], [9, 10, 11]);
  assert.deepEqual([...found.slope90], [21, 22, 23]);
  assert.deepEqual(found.clouds.map(({ step, points }) => [step, [...points]]), [[0, [24, 25, 26, 27]], [9, [28, 29, 30, 31]]]);
  assert.equal(found.said, "2 seeds");
});

test("a run that is not repeated has neither", () => {
  const found = unpack({ run: 1, marks: [], said: "nothing in it is left to chance" }, new Float32Array(0));
  assert.deepEqual([found.marks, found.clouds, found.x.length], [[], [], 0]);
});

test("the cloud that is shown is the last one no later than the step", () => {
  const { clouds } = unpack(head, numbers);
  assert.deepEqual(cloudAt(clouds, 0)[0], [24, 25]);
  assert.deepEqual(cloudAt(clouds, 8.9)[0], [24, 25]);
  assert.deepEqual(cloudAt(clouds, 9)[0], [28, 29]);
  assert.deepEqual(cloudAt([], 3), []);
});

test("a link with seeds is asked for once, and one without takes the repeats away", async () => {
  let changes = 0;
  const repeats = new Repeats(() => (changes += 1));
  const { asked, ask } = answering(message(head, numbers), message({ status: [] }));
  repeats.ask("landscape=hills&seeds=2", ask);
  repeats.ask("landscape=hills&seeds=2", ask);
  await until(() => changes);
  assert.deepEqual(asked, ["repeats?landscape=hills&seeds=2"]);
  assert.equal(repeats.runs.length, 1);
  assert.equal(changes, 1);
  repeats.ask("landscape=hills", ask);
  assert.deepEqual(repeats.runs, []);
  assert.equal(changes, 2);
  await soon(100);
  assert.equal(asked.length, 1);
});

test("where many lie on the same pixels is one dot, somewhat larger", () => {
  const apart = dots([[0, 0], [100, 0], [0, 100], [NaN, 3], [Infinity, 3]]);
  assert.equal(apart.length, 3);
  const [[, , single]] = apart;
  assert.ok(apart.every(([, , radius]) => radius === single));
  const [heap, ...others] = dots([...Array(25).fill([40, 40]), [40.5, 40]]);
  assert.equal(others.length, 0);
  assert.ok(heap[2] > 2 * single && heap[2] < 4 * single);
  assert.ok(Math.abs(heap[0] - 40) < 0.1);
});

test("of a burst of links only the last is asked for", async () => {
  const repeats = new Repeats(() => {});
  const { asked, ask } = answering(message({ status: [] }));
  for (let i = 2; i < 9; i++) repeats.ask(`landscape=hills&seeds=${i}`, ask);
  await until(() => asked.length);
  assert.deepEqual(asked, ["repeats?landscape=hills&seeds=8"]);
});

test("what the server refuses is left to the stream to tell", async () => {
  const repeats = new Repeats(() => assert.fail());
  repeats.ask("seeds=7", async () => new Response('{"problems": []}', { status: 400 }));
  await soon(100);
  assert.deepEqual(repeats.runs, []);
});
