// Values and positions of sliders: there and back, for every kind of scale.

import assert from "node:assert/strict";
import { test } from "node:test";
import { round, stepped, toPosition, toValue } from "../../assets/scales.mjs";

const RANGES = {
  linear: [-2, 6, "linear", false],
  "linear and whole": [1, 9, "linear", true],
  log: [1e-5, 100, "log", false],
  "log and whole": [1, 10000, "log", true],
  "log from 0": [0, 10, "log", false],
  "log from 0 and whole": [0, 10000, "log", true],
  "near one": [0, 0.99999, "near one", false],
  "near one, not from 0": [0.5, 0.9999, "near one", false],
};
const STEP = 0.002;

for (const [name, range] of Object.entries(RANGES)) {
  const [low, high, , whole] = range;

  test(`the ends of a ${name} scale are exact`, () => {
    assert.equal(toValue(range, 0), low);
    assert.equal(toValue(range, 1), high);
    assert.ok(Math.abs(toPosition(range, low)) < 1e-12);
    assert.ok(Math.abs(toPosition(range, high) - 1) < 1e-12);
  });

  test(`a value set on a ${name} scale stays when its position is asked for`, () => {
    for (let at = 0; at <= 1; at += STEP) {
      const value = toValue(range, at);
      assert.equal(toValue(range, toPosition(range, value)), value, `at ${at}`);
    }
  });

  test(`a ${name} scale never falls and never leaves its range`, () => {
    let before = low;
    for (let at = 0; at <= 1; at += STEP) {
      const value = toValue(range, at);
      assert.ok(value >= before && value <= high, `${before} then ${value} at ${at}`);
      before = value;
    }
  });

  test(`positions of a ${name} scale lie between its ends`, () => {
    for (let at = 0; at <= 1; at += STEP) {
      const position = toPosition(range, toValue(range, at));
      assert.ok(position >= -1e-12 && position <= 1 + 1e-12, `at ${at}: ${position}`);
    }
  });

  test(`an arrow key changes the value on a ${name} scale wherever it stands, until its end`, () => {
    for (const direction of [1, -1]) {
      const end = direction > 0 ? high : low;
      for (let at = 0; at <= 1; at += 0.01) {
        const value = toValue(range, at);
        const next = toValue(range, stepped(range, at, direction));
        if (value === end) assert.equal(next, end);
        else assert.ok(direction * (next - value) > 0, `${value} then ${next} at ${at}`);
      }
    }
  });

  if (whole) {
    test(`a ${name} scale gives whole numbers`, () => {
      for (let at = 0; at <= 1; at += STEP) assert.ok(Number.isInteger(toValue(range, at)));
    });
  }
}

test("equal ways on a logarithmic scale are equal factors", () => {
  assert.equal(toValue(RANGES.log, 5 / 7), 1);
  assert.equal(toPosition(RANGES.log, 1e-5 * 1e7 ** 0.5).toFixed(12), "0.500000000000");
});

test("equal ways near one are equal numbers of nines", () => {
  const range = [0, 0.9999, "near one", false];
  assert.deepEqual([0.25, 0.5, 0.75].map((at) => toValue(range, at)), [0.9, 0.99, 0.999]);
});

test("a logarithmic scale from 0 keeps its beginning for 0", () => {
  for (const name of ["log from 0", "log from 0 and whole"]) {
    assert.equal(toValue(RANGES[name], 0.02), 0);
    assert.ok(toValue(RANGES[name], 0.04) > 0);
    assert.equal(toPosition(RANGES[name], 0), 0);
  }
  assert.equal(toPosition(RANGES["log from 0 and whole"], 1), 0.05);
});

test("numbers are rounded to significant digits", () => {
  assert.equal(round(0.012345, 3), 0.0123);
  assert.equal(round(98765, 2), 99000);
  assert.equal(round(-1.005e-9, 3), -1e-9);
});
