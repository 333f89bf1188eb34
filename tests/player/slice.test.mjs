// Where the line of a slice begins, and the sentence under it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, sentence } from "../../assets/slice.mjs";

// x³ along x from -1.5 to 1.5, at three marks.
const told = {
  look: 0, along: "x", marks: [0, 1, 2], lowest: 0, length: 3,
  x: [1.2, 0.984, 0.5], y: [3, 3, 3], gap: [1.728, 0.953, 0.125], slope: [4.32, 2.9, 0.75], move: [-0.216, 0.3, NaN], from: [-2.7, -2.484, -2],
};
const axes = ["x", "y"];

test("the sentence tells the point, the slope, and that plain descent goes against it", () => {
  assert.equal(
    sentence(told, 0.7, "Adam", axes),
    "Adam, along x through (1.2, 3): f = 1.728, slope = 4.32, so the next step goes left by 0.216, 0.05 × the slope",
  );
  assert.match(sentence(told, 1, "Adam", axes), /slope = 2.9, but the next step goes right by 0.3$/);
  assert.match(sentence(told, 2, "Adam", axes), /slope = 0.75; this is the last step$/);
  assert.match(sentence(told, 9, "Adam", axes), /^Adam at step 2, along x/);
});

test("the sentence says up and down along y, and uses the axes' own names", () => {
  const up = { ...told, along: "y", slope: [-2, 2, 0], move: [1, -1, 0], marks: [0, 1, 2] };
  assert.match(sentence(up, 0, "Adam", ["k", "b"]), /along b through .* so the next step goes right \(up\) by 1, 0.5 × the slope$/);
  assert.match(sentence(up, 1, "Adam", ["k", "b"]), /so the next step goes left \(down\) by 1, 0.5 × the slope$/);
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
