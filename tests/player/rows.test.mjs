// What is drawn, and where a step stands on the horizontal axis.

import assert from "node:assert/strict";
import { test } from "node:test";
import { across, asks, height, limited, MOST, OVER, placeOf, readRows, ROWS, stepAt } from "../../assets/rows.mjs";

const USUAL = ["loss", "rate", "slope"];

test("rows are read in their own order, once each, and no more than have room", () => {
  assert.deepEqual(readRows("x.loss.x"), ["loss", "x"]);
  assert.deepEqual(readRows(Object.keys(ROWS).toReversed().join(".")), Object.keys(ROWS).slice(0, MOST));
});

test("what is none of them is left out, and none at all are the usual ones", () => {
  assert.deepEqual(readRows("nothing.y"), ["y"]);
  for (const text of ["", "nothing", ".", "toString", "__proto__"]) assert.deepEqual(readRows(text), USUAL);
});

test("more numbers are asked for only where a curve or the axis needs them", () => {
  const needs = Object.keys(ROWS).filter((key) => asks({ curves: key, over: "steps" }));
  assert.deepEqual(needs, ["distance", "rate_x", "rate_y", "sharpness"]);
  assert.deepEqual(Object.keys(ROWS).filter((key) => limited({ curves: key })), ["rate"]);
  const wants = OVER.filter((over) => asks({ curves: "loss", over }));
  assert.deepEqual(wants, ["evaluations"]);
});

test("the numbers of a row are the run's own or those along it", () => {
  const run = { x: [1], y: [2], gap: [3], slope: [4], lr: [5] };
  const along = { distance: [6], rate_x: [7], rate_y: [8], sharpness: [9] };
  const scale = { log: true, lowest: -1 };
  const found = Object.values(ROWS).map(({ of }) => of(run, along, scale)[0]);
  assert.deepEqual(found, [3, 5, 4, 6, 1, 2, 7, 8, 9]);
  for (const { asked, of } of Object.values(ROWS)) assert.equal(of(run, undefined, scale) === undefined, Boolean(asked));
});

test("a linear loss is f itself, as far as it has arrived", () => {
  const run = { gap: Float32Array.of(2, 1, 0.5) };
  height(run, -1, 2);
  assert.deepEqual([...ROWS.loss.of(run, undefined, { log: false, lowest: -1 })], [1, 0, 0]);
  assert.equal(ROWS.loss.of(run, undefined, { log: false, lowest: 0 }), run.gap);
});

test("over steps a point stands at its number, over epochs at its share, over evaluations at its cost", () => {
  const run = { x: new Float32Array(9) };
  const along = { cost: Float32Array.of(0, 2, 4) };
  assert.equal(across("steps", run, along, 4), null);
  assert.equal(across("epochs", run, along, 1), null);
  assert.deepEqual([...across("epochs", run, along, 4)].slice(0, 6), [0, 0.25, 0.5, 0.75, 1, 1.25]);
  assert.equal(across("evaluations", run, along, 4), along.cost);
  assert.equal(across("evaluations", run, undefined, 4), undefined);
});

test("between two steps a place is between theirs, and beyond the last it stays", () => {
  const xs = Float32Array.of(0, 2, 6);
  assert.deepEqual([0, 0.5, 1.25, 2, 2.5].map((step) => placeOf(xs, step)), [0, 1, 3, 6, 6]);
  assert.equal(placeOf(null, 3.5), 3.5);
});

test("the step at a place is the nearest one", () => {
  const xs = Float32Array.of(0, 2, 6, 8);
  assert.deepEqual([-1, 0, 0.9, 1.1, 3.9, 4.1, 6, 8, 8.9].map((place) => stepAt(xs, place, 3)), [0, 0, 0, 1, 1, 2, 2, 3, 3]);
  assert.deepEqual([-1, 0.4, 2.6, 3.4].map((place) => stepAt(null, place, 3)), [0, 0, 3, 3]);
});

test("every step is found where it stands", () => {
  const xs = Float32Array.from({ length: 300 }, (_, k) => k + k * k / 7);
  xs.forEach((place, k) => assert.equal(stepAt(xs, place, 299), k));
});

test("beyond a run's end is no step of it", () => {
  assert.equal(stepAt(Float32Array.of(0, 2, 6), 8.1, 2), null);
  assert.equal(stepAt(Float32Array.of(0, 2, 6), 4, 1), null, "what has not arrived");
  assert.equal(stepAt(null, 3.6, 3), null);
});

test("a run that has stopped is at the first of the steps it asked nothing for", () => {
  assert.equal(stepAt(Float32Array.of(0, 2, 4, 4, 4, 4), 4, 5), 2);
});
