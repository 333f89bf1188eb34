// The curve of a slice, and the sentence under it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, between, sentence, trace, traceSlope } from "../../assets/slice.mjs";

// x³ along x from -1.5 to 1.5, seven samples, at three marks.
const cell = 0.5;
const xs = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
const cubic = { heights: xs.map((x) => x ** 3), slopes: xs.map((x) => 3 * x * x), cell, at: (j) => 10 * j };
const told = {
  look: 0, along: "x", marks: [0, 1, 2], lowest: 0, length: 3,
  x: [1.2, 0.984, 0.5], y: [3, 3, 3], gap: [1.728, 0.953, 0.125], slope: [4.32, 2.9, 0.75], move: [-0.216, 0.3, NaN], from: [-2.7, -2.484, -2],
};
const axes = ["x", "y"];

// What is drawn, as lists of numbers.
function pen() {
  const drawn = [];
  const put = (name) => (...numbers) => drawn.push([name, ...numbers]);
  return { drawn, moveTo: put("move"), bezierCurveTo: put("cubic"), quadraticCurveTo: put("parabola") };
}

// A point of a Bézier curve with these controls.
function bezier(controls, s) {
  if (controls.length === 1) return controls[0];
  const [less, more] = [controls.slice(0, -1), controls.slice(1)];
  return bezier(less.map((control, i) => (1 - s) * control + s * more[i]), s);
}

test("a cubic is drawn as it is, and its slope as a parabola", () => {
  const [curve, rise] = [pen(), pen()];
  trace(curve, cubic, { zero: 100, unit: -20 });
  traceSlope(rise, cubic, { zero: 50, unit: -5 });
  assert.deepEqual([curve.drawn.length, rise.drawn.length], [7, 7]);
  for (const s of [0, 0.2, 0.5, 0.9, 1]) {
    const x = xs[4] + s * cell;
    const [, ...c] = curve.drawn[5];
    assert.ok(Math.abs(bezier([40, c[0], c[2], c[4]], s) - (40 + 10 * s)) < 1e-9);
    assert.ok(Math.abs(bezier([100 - 20 * xs[4] ** 3, c[1], c[3], c[5]], s) - (100 - 20 * x ** 3)) < 1e-9);
    const [, ...p] = rise.drawn[5];
    assert.ok(Math.abs(bezier([50 - 15 * xs[4] ** 2, p[1], p[3]], s) - (50 - 15 * x * x)) < 1e-9);
    assert.ok(Math.abs(between(cubic, 4 + s) - x ** 3) < 1e-12);
  }
});

test("a curve has gaps where it overflowed, and far away it keeps to what a canvas can count", () => {
  const { drawn, ...context } = pen();
  const slopes = [0, 0, NaN, 0, 0];
  trace(context, { heights: [1, 1e30, 1, 1, 1], slopes, cell: 1, at: (j) => j }, { zero: 0, unit: -1 });
  assert.deepEqual(drawn.map(([name]) => name), ["move", "cubic", "move", "cubic"]);
  assert.ok(drawn.flat().every((part) => typeof part === "string" || Math.abs(part) <= 1e5));
});

test("there is nothing between the samples beyond the ends", () => {
  for (const place of [-0.1, 6.1, NaN, Infinity]) assert.ok(Number.isNaN(between(cubic, place)));
  assert.equal(between(cubic, 6), 1.5 ** 3);
});

test("the sentence tells the point, the slope, and that plain descent goes against it", () => {
  assert.equal(
    sentence(told, 0.7, "Adam", axes),
    "Adam, along x through (1.2, 3): f = 1.728, slope = 4.32, so the next step goes left by 0.216",
  );
  assert.match(sentence(told, 1, "Adam", axes), /slope = 2.9, but the next step goes right by 0.3$/);
  assert.match(sentence(told, 2, "Adam", axes), /slope = 0.75; this is the last step$/);
  assert.match(sentence(told, 9, "Adam", axes), /^Adam at step 2, along x/);
});

test("the sentence says up and down along y, and uses the axes' own names", () => {
  const up = { ...told, along: "y", slope: [-2, 2, 0], move: [1, -1, 0], marks: [0, 1, 2] };
  assert.match(sentence(up, 0, "Adam", ["k", "b"]), /along b through .* so the next step goes right \(up\) by 1$/);
  assert.match(sentence(up, 1, "Adam", ["k", "b"]), /so the next step goes left \(down\) by 1$/);
  assert.match(sentence(up, 2, "Adam", ["k", "b"]), /slope = 0, so the next step stays there$/);
  assert.match(sentence({ ...told, along: "gradient" }, 0, "Adam", ["k", "b"]), /^Adam, along the gradient through/);
});

test("a run that has overflowed, or is about to, says so", () => {
  const gone = { ...told, x: [1, NaN, NaN], move: [NaN, NaN, NaN] };
  assert.match(sentence(gone, 0, "Adam", axes), /; the next step overflows$/);
  assert.equal(sentence(gone, 1, "Adam", axes), "Adam has overflowed by step 1");
  const high = { ...told, gap: [NaN, 0, 0] };
  assert.equal(sentence(high, 0, "Adam", axes), "Adam, along x through (1.2, 3): f is beyond 3e38");
});

test("the axis begins in the same place wherever the point is on it, and nowhere too far away", () => {
  assert.deepEqual([0, 1, 2].map((i) => begin(told, i)), [-1.5, -1.5, -1.5]);
  assert.equal(begin({ ...told, along: "step", from: [-1.5] }, 0), -1.5);
  assert.ok(Number.isNaN(begin({ ...told, x: [1e9] }, 0)));
  assert.ok(Number.isNaN(begin({ ...told, x: [NaN] }, 0)));
});
