// Contours in a hurry.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bands, FINER } from "../../assets/draft.mjs";

const grid = (n, f) => Array.from({ length: n * n }, (_, i) => f((i % n) / (n - 1), Math.floor(i / n) / (n - 1)));
const levels = [0, 1, 3, 6, 10];
const above = (height) => Math.min(levels.findLastIndex((level) => level <= height), levels.length - 2);

test("a pixel has the band of the height there", () => {
  // With levels as far apart as heights count, what lies between two heights is exact.
  const plane = (x, y) => 4 * (0.7 * x + 0.3 * y);
  const { side, found } = bands(grid(9, plane), 9, [0, 1, 2, 3, 4]);
  const last = 8 * FINER;
  assert.equal(side, last + 1);
  for (const [row, column] of [[0, 0], [0, last], [last, 0], [last, last], [7, 19], [30, 3], [16, 16]]) {
    const height = plane(column / last, 1 - row / last);
    assert.equal(found[row * side + column], Math.min(Math.floor(height + 1e-6), 3), `${row}, ${column}`);
  }
});

test("at the heights themselves the bands are those between levels, however far apart these are", () => {
  const f = (x, y) => 11 * x * x * (1 + y) / 2 - 0.5;
  const { side, found } = bands(grid(9, f), 9, levels);
  for (let j = 0; j < 9; j++) {
    for (let i = 0; i < 9; i++) {
      const expected = Math.max(0, above(Math.max(f(i / 8, j / 8), 0)));
      assert.equal(found[FINER * (8 - j) * side + FINER * i], expected, `${i}, ${j}`);
    }
  }
});
