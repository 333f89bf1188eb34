// What is drawn at the head of the run whose step is worked out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowLines, eigen } from "../../assets/inspector.mjs";

const pixel = (x, y) => [100 + 10 * x, 200 - 10 * y];
const arrow = (name, phase, vector, tail = [0, 0]) => ({ name, phase, vector, tail });

test("the step is as long as it is, the others are only directions", () => {
  const [g, m, step] = arrowLines([arrow("-g", "gradient", [1e6, 0]), arrow("-m", "memory", [0, 1e3]), arrow("step", "step", [3, 4])], pixel);
  assert.deepEqual(step, { name: "step", phase: "step", from: [100, 200], to: [130, 160] });
  assert.ok(Math.abs(g.to[0] - 164) < 1e-9 && g.to[1] === 200);
  // A thousandth of the longest is a tenth as long, but never too short to be seen.
  assert.ok(m.to[0] === 100 && Math.abs(m.to[1] - 186) < 1e-9);
});

test("a short step is still seen, and what is nothing or no number is not drawn", () => {
  const lines = arrowLines([arrow("-g", "gradient", [0, 0]), arrow("-m", "memory", [null, 1]), arrow("step", "step", [1e-9, 0])], pixel);
  assert.deepEqual(lines.map(({ name }) => name), ["step"]);
  assert.ok(Math.abs(lines[0].to[0] - 114) < 1e-6);
});

test("an arrow begins at its own tail", () => {
  const [, ahead] = arrowLines([arrow("look-ahead", "correction", [2, 0]), arrow("-g ahead", "gradient", [0, -5], [2, 0])], pixel);
  assert.deepEqual(ahead.from, [120, 200]);
  assert.ok(Math.abs(ahead.to[1] - 264) < 1e-9);
});

test("the curvature has its largest value first, with the angle of its line", () => {
  const near = (found, expected) => found.forEach(({ value, degrees }, i) => {
    assert.ok(Math.abs(value - expected[i][0]) < 1e-12 && Math.abs(degrees - expected[i][1]) < 1e-9, `${value} ${degrees}`);
  });
  near(eigen([2, 0, 20]), [[20, 90], [2, 0]]);
  near(eigen([3, 1, 3]), [[4, 45], [2, 135]]);
  near(eigen([1, 0, -1]), [[1, 0], [-1, 90]]);
  assert.equal(eigen([null, 0, 1]), null);
  assert.equal(eigen([0, 0, 0]), null);
});
