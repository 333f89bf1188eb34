// The numbers of a slice, and the ranges of its axes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { markAt, room, shared, Slices, stretches, unpack } from "../../assets/slices.mjs";
import { soon, until } from "./wait.mjs";
import { message } from "./wire.mjs";

const head = { run: 1, look: 4, along: "x", marks: [0, 10, 20], lowest: 2, length: 4 };
// Three marks with six columns, and five samples of the gap and of the slope at each.
const numbers = Float32Array.from({ length: 3 * 6 + 2 * 3 * 5 }, (_, i) => i);

test("a message has the columns, then the curves, then their slopes", () => {
  const told = unpack(head, numbers);
  assert.deepEqual([...told.x], [0, 1, 2]);
  assert.deepEqual([...told.from], [15, 16, 17]);
  assert.deepEqual([...told.gaps[0]], [18, 19, 20, 21, 22]);
  assert.deepEqual([...told.gaps[2]], [28, 29, 30, 31, 32]);
  assert.deepEqual([...told.slopes[0]], [33, 34, 35, 36, 37]);
  assert.deepEqual([...told.slopes[2]], [43, 44, 45, 46, 47]);
  assert.deepEqual([told.look, told.along, told.lowest, told.heights.length, told.tilts.length], [4, "x", 2, 3, 3]);
});

test("the slice that is shown is the last one no later than the step", () => {
  assert.deepEqual([0, 9.9, 10, 19, 20, 21].map((step) => markAt(head, step)), [0, 0, 1, 1, 2, 2]);
});

test("an axis has room for all numbers but those that stand out by far, and for the point", () => {
  assert.deepEqual(room(Float32Array.of(3, 1, 2, 5, 4)), [1, 5]);
  const [low, high] = room(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 1000));
  assert.equal(low, 0);
  assert.ok(high < 30);
  assert.deepEqual(room(Float32Array.of(1, 2, 3), 9, NaN), [1, 9]);
  assert.deepEqual(room(Float32Array.of(NaN, 2, 3, Infinity)), [2, 3]);
  assert.equal(room(Float32Array.of(NaN, NaN), 4), null);
});

test("an axis stays where slices are about as high, and changes where they are not", () => {
  const calm = Array.from({ length: 100 }, (_, i) => [0, 10 + (i % 3)]);
  assert.equal(new Set(stretches(calm).map(String)).size, 1);
  assert.deepEqual(stretches(calm)[7], [0, 12]);
  const falling = Array.from({ length: 100 }, (_, i) => [0, 1000 * 0.9 ** i]);
  const found = stretches(falling);
  const kinds = new Set(found.map(String)).size;
  assert.ok(kinds > 3 && kinds < 15, String(kinds));
  found.forEach(([low, high], i) => {
    assert.ok(low === 0 && high >= falling[i][1], String(i));
    assert.ok(high <= 10 * falling[i][1], String(i));
  });
});

test("what goes up and down has one axis, and what overflowed has none", () => {
  const jumping = Array.from({ length: 200 }, (_, i) => [0, i % 2 ? 1 : 100]);
  assert.equal(new Set(stretches(jumping).map(String)).size, 1);
  const ending = stretches([[0, 1], [0, 2], null, null]);
  assert.deepEqual(ending, [[0, 2], [0, 2], null, null]);
  assert.deepEqual(stretches([null]), [null]);
  assert.deepEqual(stretches([[3, 3], [3, 3]]), [[3, 3], [3, 3]]);
});

test("panels share a range unless it were four times too large for one of them", () => {
  assert.deepEqual(shared([[0, 3], [-1, 1]]), [[-1, 3], [-1, 3]]);
  assert.deepEqual(shared([[0, 8], [0, 2]]), [[0, 8], [0, 8]]);
  assert.deepEqual(shared([[0, 9], [0, 2]]), [[0, 9], [0, 2]]);
  assert.deepEqual(shared([[0, 1], [5, 6], [2, 3]]), [[0, 1], [5, 6], [2, 3]]);
  assert.deepEqual([shared([]), shared([[2, 2]])], [[], [[2, 2]]]);
});

test("each run is asked for once, and what was told of it stays until there is an answer", async () => {
  let changes = 0;
  const slices = new Slices(() => (changes += 1));
  const asked = [];
  const ask = async (url) => {
    asked.push(url);
    const look = Number(/at=(\d+)/.exec(url)[1]);
    return new Response(new Blob([message({ ...head, look }, numbers), message({ status: [] })]));
  };
  for (const along of ["y", "x", "x"]) slices.ask("run=adam", [4], along, ask);
  assert.equal(slices.told(4), null);
  await until(() => changes === 1);
  assert.deepEqual(asked.splice(0), ["slices?run=adam&at=4,x"]);
  assert.deepEqual([slices.told(4).along, slices.told(7), changes], ["x", null, 1]);
  slices.ask("run=adam", [4, 7], "x", ask);
  await until(() => changes === 2);
  assert.deepEqual(asked.splice(0), ["slices?run=adam&at=7,x"]);
  slices.ask("run=momentum", [7], "x", ask);
  assert.deepEqual([slices.told(7).look, slices.told(4)], [7, null]);
  await until(() => changes === 3);
  assert.deepEqual(asked.splice(0), ["slices?run=momentum&at=7,x"]);
  slices.ask("run=sgd", [], "x", ask);
  assert.equal(slices.told(7), null);
  await soon(100);
  assert.deepEqual([asked, changes], [[], 3]);
});
