// The points of a free schedule: text, moves, additions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { added, Knots, moved, readPoints, writePoints } from "../../assets/knots.mjs";

const POINTS = [[0, 0.1], [50, 1], [200, 1]];

// Axes on which a step is two pixels and a power of ten is twenty, upwards.
const overlay = {
  scale: (axis) => (axis === "x" ? { from: 0, to: 600 } : { from: 0, to: 200 }),
  pixel: (axis, value) => (axis === "x" ? 2 * value : 100 - 20 * Math.log10(value)),
  value: (axis, pixel) => (axis === "x" ? pixel / 2 : 10 ** ((100 - pixel) / 20)),
};

function knots(told = []) {
  const made = new Knots(overlay, (look, text) => told.push([look, text]));
  made.show([{ look: 4, points: POINTS, lr: 0.1, warmup: 10, colour: "#000" }]);
  made.axis = "y2";
  return made;
}

test("points are written as they are read", () => {
  const text = "0:0.1;50:1;200:1";
  assert.deepEqual(readPoints(text), POINTS);
  assert.equal(writePoints(POINTS), text);
  assert.deepEqual(readPoints("200:1;0:0.1;50:1"), POINTS);
});

test("a point that is moved stays between its neighbours and in range", () => {
  assert.deepEqual(moved(POINTS, 1, 120.4, 0.51234), [[0, 0.1], [120, 0.512], [200, 1]]);
  assert.deepEqual(moved(POINTS, 1, 999, 2)[1], [200, 2]);
  assert.deepEqual(moved(POINTS, 0, -5, -1)[0], [0, 0]);
  assert.deepEqual(moved(POINTS, 2, 1e9, 1e9)[2], [10_000, 1000]);
  assert.deepEqual(POINTS, [[0, 0.1], [50, 1], [200, 1]]);
});

test("a point that is added stands in its place, and there is a most", () => {
  assert.deepEqual(added(POINTS, 100.2, 0.5), [[0, 0.1], [50, 1], [100, 0.5], [200, 1]]);
  const full = Array.from({ length: 100 }, (_, i) => [i, 1]);
  assert.equal(added(full, 7, 2).length, 100);
});

test("a point is taken hold of where it is drawn, after the warm-up, and more easily by a finger", () => {
  const made = knots();
  assert.equal(made.near(122, 120).i, 1); // the step after 50 + 10, a rate of 0.1
  assert.equal(made.near(122, 135), null);
  assert.equal(made.near(122, 135, "touch").i, 1);
  assert.equal(made.grab(300, 20, "mouse"), false);
});

test("dragging tells the run's new points, and the same place is not told twice", () => {
  const told = [];
  const made = knots(told);
  assert.ok(made.grab(123, 119, "mouse"));
  made.drag(222, 140);
  made.drag(222, 140);
  assert.deepEqual(told, [[4, "0:0.1;100:0.1;200:1"]]);
  made.show([{ look: 4, points: POINTS, lr: 0.1, warmup: 10, colour: "#000" }]);
  made.drag(242, 140); // what was drawn meanwhile does not take it out of the hand
  assert.deepEqual(told[1], [4, "0:0.1;110:0.1;200:1"]);
  made.release();
  assert.equal(made.held, null);
});

test("a double click takes a point away, or adds one on the chart of the rates only", () => {
  const told = [];
  const made = knots(told);
  assert.ok(made.toggle(122, 120));
  assert.ok(made.toggle(222, 100));
  assert.deepEqual(told.map(([, text]) => text), ["0:0.1;200:1", "0:0.1;100:10;200:1"]);
  assert.equal(made.toggle(222, 400), false);
  assert.equal(made.toggle(-20, 100), false);
});

test("the last point cannot be taken away, and a rate of 0 stands on the lower edge", () => {
  const told = [];
  const made = new Knots(overlay, (...change) => told.push(change));
  made.show([{ look: 0, points: [[0, 0]], lr: 1, warmup: 0, colour: "#000" }]);
  made.axis = "y2";
  assert.equal(made.near(2, 200).i, 0);
  assert.ok(made.toggle(2, 200));
  assert.deepEqual(told, []);
});
