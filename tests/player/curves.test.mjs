// The ranges of the axes under the curves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, span } from "../../assets/curves.mjs";

const between = (low, [from, to], high) =>
  assert.ok(from <= low && low - from < 1 && to >= high && to - high < 1, `${from} to ${to}`);

test("a logarithmic axis holds all that has arrived, in powers of ten", () => {
  between(-2, span([[100, 1, 0.01, 1e9]], 3, true), 2);
});

test("what has not arrived does not count", () => {
  assert.deepEqual(span([[1, 2, 3, 0]], 3, false), span([[1, 2, 3]], 3, false));
});

test("no numbers have no range", () => {
  for (const log of [true, false]) {
    assert.equal(span([], 5, log), null);
    assert.equal(span([[]], 0, log), null);
    assert.equal(span([[NaN, NaN]], 2, log), null);
  }
  assert.equal(span([[0, 0, -1]], 3, true), null);
});

test("zeros, negative numbers and nan are left out of a logarithmic axis", () => {
  between(0, span([[1, 10, 0, -5, NaN]], 5, true), 1);
});

test("a run that diverges does not flatten the others", () => {
  const diverging = [10, 12, 1e8, Infinity];
  const [, top] = span([[10, 1, 0.1, 0.1], diverging], 4, true);
  assert.ok(top < 3.3, `${top}`);
  const [, high] = span([[10, 1, 0.1, 0.1], diverging], 4, false);
  assert.ok(high < 20, `${high}`);
});

test("nor does one that diverges in its first step", () => {
  const [, top] = span([[10, 1, 0.1], [10, 1e8, Infinity]], 3, true);
  assert.ok(top < 3.2, `${top}`);
});

test("a logarithmic axis is never more than 16 powers of ten high", () => {
  const [low, high] = span([[1, 1e-300]], 2, true);
  assert.ok(Math.abs(high - low - 16) < 1e-9);
});

test("a linear axis has room above and below, also where all is the same", () => {
  assert.deepEqual(span([[0, 100]], 2, false), [-6, 106]);
  const [low, high] = span([[7, 7, 7]], 3, false);
  assert.ok(low < 7 && high > 7);
  const [down, up] = span([[0, 0]], 2, false);
  assert.ok(down < 0 && up > 0);
});

test("a linear axis does not follow a run that falls for ever", () => {
  const [low, high] = span([[2, 1, -1e30]], 3, false);
  assert.ok(low > -20 && high >= 2, `${low} to ${high}`);
});

test("the rate has no number at the start, and counts all the same", () => {
  between(-1, span([[NaN, 0.1, 0.1]], 3, true), -1);
});

test("a coordinate is followed within a range, whatever its start", () => {
  const path = [-0.1, -3, 2, 50, -1e9, Infinity, NaN];
  const [low, high] = span([path], path.length, false, [-4, 4]);
  assert.ok(low < -3 && low > -4 && high > 2 && high < 3, `${low} to ${high}`);
  assert.equal(span([[9, 9]], 2, false, [-4, 4]), null);
});

test("a bound that is near is in the picture, and one that goes to nothing does not flatten the rest", () => {
  const range = [-3, -1];
  assert.deepEqual(beside(range, []), range);
  assert.deepEqual(beside(range, [[0.01, NaN, 0, -1]]), range);
  assert.deepEqual(beside(range, [[1e-4], [1]]), [-4.15, 0.15]);
  assert.deepEqual(beside(range, [[1e-4, 1e-9, 1e30, Infinity], undefined]), [-4.15, -1]);
  assert.equal(beside(null, [[1]]), null);
});
