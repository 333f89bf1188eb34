// The axes of a graph, and the curve through heights with slopes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axis, between, fitted, ticks, trace, traceSlope } from "../../assets/graph.mjs";

// x³ from -1.5 to 1.5, seven samples.
const cell = 0.5;
const xs = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
const cubic = { heights: xs.map((x) => x ** 3), slopes: xs.map((x) => 3 * x * x), cell, at: (j) => 10 * j };

// What is drawn, as lists of numbers.
function pen() {
  const drawn = [];
  const put = (name) => (...numbers) => drawn.push([name, ...numbers]);
  return { drawn, moveTo: put("move"), lineTo: put("line"), bezierCurveTo: put("cubic"), quadraticCurveTo: put("parabola") };
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
  trace(context, { heights: [1, 1e30, 1, 1, 1], slopes, cell: 1, at: (j) => 10 * j }, { zero: 0, unit: -1 });
  assert.deepEqual(drawn.map(([name]) => name), ["move", "cubic", "move", "cubic"]);
  assert.ok(drawn.flat().every((part) => typeof part === "string" || Math.abs(part) <= 1e5));
});

test("cells of a pixel or two are drawn straight", () => {
  for (const draw of [trace, traceSlope]) {
    const { drawn, ...context } = pen();
    draw(context, { ...cubic, at: (j) => 2 * j }, { zero: 0, unit: 1 });
    assert.deepEqual(drawn.map(([name, x]) => [name, x]), [["move", 0], ...[2, 4, 6, 8, 10, 12].map((x) => ["line", x])]);
  }
});

test("there is nothing between the samples beyond the ends", () => {
  for (const place of [-0.1, 6.1, NaN, Infinity]) assert.ok(Number.isNaN(between(cubic, place)));
  assert.equal(between(cubic, 6), 1.5 ** 3);
});

test("an axis puts its ends at the ends of its pixels, upwards or not", () => {
  for (const [upwards, low, high] of [[false, 40, 340], [true, 340, 40]]) {
    const { zero, unit, from, to } = axis([40, 340], [-2, 4], upwards);
    assert.deepEqual([zero + unit * -2, zero + unit * 4, from, to], [low, high, 40, 340]);
  }
});

for (const [low, high, most, texts] of [
  [-1.5, 1.5, 8, ["−1.5", "−1", "−0.5", "0", "0.5", "1", "1.5"]],
  [-1.5, 1.5, 3.1, ["−1", "0", "1"]],
  [0, 2500, 3, ["0", "1000", "2000"]],
  [-960, 940, 2.6, ["−500", "0", "500"]],
  [-0.3, 7.2, 4, ["0", "2", "4", "6"]],
  [1000.0009, 1000.0026, 4, ["1000.001", "1000.0015", "1000.002", "1000.0025"]],
  [-1e-9, 1.6e-8, 4, ["0", "5e-9", "1e-8", "1.5e-8"]],
  [0, 3.1e7, 3, ["0", "2e7"]],
  [2.0001e30, 2.0003e30, 2, ["2.0001e30", "2.0002e30", "2.0003e30"]],
  [1, 1, 4, []],
  [1, 1 + 1e-16, 4, []],
  [NaN, NaN, 4, []],
  [-Infinity, Infinity, 4, []],
]) {
  test(`from ${low} to ${high} the ticks are ${texts.join(", ") || "none"}`, () => {
    const found = ticks(low, high, most);
    assert.deepEqual(found.map(([, text]) => text), texts);
    for (const [value, text] of found) {
      const said = Number(text.replace("−", "-"));
      assert.ok(Math.abs(said - value) <= 1e-9 * (high - low), text);
      assert.ok(value >= low - 1e-9 * (high - low) && value <= high + 1e-9 * (high - low));
    }
  });
}

test("a name is shortened as far as it must be, and no further", () => {
  const context = { measureText: (text) => ({ width: 7 * text.length }) };
  assert.equal(fitted(context, "Gradient descent", 112), "Gradient descent");
  assert.equal(fitted(context, "Gradient descent", 111), "Gradient desce…");
  assert.equal(fitted(context, "Gradient descent", 14), "G…");
  assert.equal(fitted(context, "Gradient descent", 0), "…");
});
