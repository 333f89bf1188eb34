// The arrows downhill.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawField, shorten, thin } from "../../assets/field.mjs";

const grid = (...pairs) => ({
  head: { rows: Math.sqrt(pairs.length) },
  numbers: Float32Array.from([...pairs.map(([x]) => x), ...pairs.map(([, y]) => y)]),
});

test("an arrow points where the field does, and is the longer the more of the others are shorter", () => {
  const pairs = [[1e-9, 0], [0, -3], [-300, 400], [1e6, 1e6]];
  const { rows, u, v } = shorten(grid(...pairs));
  assert.equal(rows, 2);
  pairs.forEach(([x, y], i) => {
    assert.ok(Math.abs(u[i] * y - v[i] * x) < 1e-6 * Math.hypot(x, y), `direction ${i}`);
    assert.ok(u[i] * x >= 0 && v[i] * y >= 0, `sense ${i}`);
  });
  const lengths = pairs.map((_, i) => Math.hypot(u[i], v[i]));
  assert.deepEqual(lengths, lengths.toSorted((a, b) => a - b));
  assert.ok(lengths[0] > 0.2 && lengths[3] < 1);
  assert.ok(lengths.every((length, i) => i === 0 || length - lengths[i - 1] > 0.1));
});

test("arrows of one slope are of one length", () => {
  const { u, v } = shorten(grid([3, 4], [-5, 0], [0, 5], [4, -3]));
  const lengths = Array.from(u, (x, i) => Math.hypot(x, v[i]));
  for (const length of lengths) assert.ok(Math.abs(length - lengths[0]) < 1e-6);
});

test("where there is no slope, or none that is finite, there is no arrow", () => {
  const { u, v } = shorten(grid([0, 0], [NaN, 1], [Infinity, 0], [1, 0]));
  assert.deepEqual([...u.subarray(0, 3), ...v.subarray(0, 3)], [0, 0, 0, 0, 0, 0]);
  assert.ok(u[3] > 0);
});

for (const [pixels, length] of [[3, 200], [5.2, 330], [9.1, 583], [15.6, 1000], [31, 1000], [0.01, 10]]) {
  test(`of rows ${pixels} pixels apart on ${length} as many are drawn as have room`, () => {
    const [first, step] = thin(pixels, length);
    assert.ok(Number.isInteger(Math.log2(step)) && first === Math.floor(step / 2));
    if (step < 32) assert.ok(step * pixels >= 24 && length / (step * pixels) <= 24);
    if (step > 1) assert.ok((step / 2) * pixels < 24 || length / ((step / 2) * pixels) > 24, "and not fewer");
  });
}

test("on a plot they lie inside it, evenly, whatever part of the picture it shows", () => {
  const rows = 65;
  const field = { rows, u: new Float32Array(rows * rows).fill(0.5), v: new Float32Array(rows * rows) };
  for (const zoom of [1, 2, 7]) {
    const side = 600;
    // The middle of the picture from 0 to 1 is that of the plot.
    const unit = side * zoom;
    const zero = side / 2 - unit / 2;
    const overlay = {
      scale: () => ({ zero, unit, from: 0, to: side }),
      pixel: (_, value) => zero + unit * value,
    };
    const starts = [];
    const nothing = () => {};
    const context = { save: nothing, restore: nothing, beginPath: nothing, rect: nothing, clip: nothing, stroke: nothing, lineTo: nothing, moveTo: (x, y) => starts.push([x, y]) };
    drawField(context, overlay, { xaxis: "x", yaxis: "y" }, [[0, 1], [0, 1]], field, "#000");
    const shafts = starts.filter((_, i) => i % 2 === 0);
    const inside = shafts.filter(([x, y]) => x >= 0 && x <= side && y >= 0 && y <= side);
    const across = Math.sqrt(inside.length);
    assert.ok(across >= 8 && across <= 25, `${across} at ${zoom}`);
    assert.ok(shafts.length < 40 * 80, "those above and below are left out");
  }
});
