// Where values lie over a chart.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Overlay } from "../../assets/overlay.mjs";

globalThis.document = { createElement: () => ({ setAttribute() {} }) };

// An axis of so many pixels from one value to another, which rounds pixels to hundredths as Plotly does.
function axis(from, to, pixels) {
  const unit = pixels / (to - from);
  return {
    _offset: 50,
    _length: pixels,
    type: "linear",
    l2p: (value) => Math.round(100 * (value - from) * unit) / 100,
    p2l: (pixel) => from + pixel / unit,
  };
}

test("an axis of any range begins and ends where its values do", () => {
  for (const [from, to] of [[-2, 2], [-512, 512], [0, 10_000], [2e11, 2.1e11], [-1e-9, 3e-9], [3, -1]]) {
    const chart = { on() {}, querySelectorAll: () => [], _fullLayout: { xaxis: axis(from, to, 586) } };
    const overlay = new Overlay(chart);
    assert.ok(Math.abs(overlay.pixel("x", from) - 50) < 1e-3, `${from}`);
    assert.ok(Math.abs(overlay.pixel("x", to) - 636) < 1e-3, `${to}`);
    assert.ok(Math.abs(overlay.value("x", 343) - (from + to) / 2) < 1e-6 * Math.abs(to - from));
  }
});

// What a line is drawn with, as the canvas hears it.
function drawn(line) {
  const told = [];
  const context = new Proxy({}, { get: (_, name) => (...given) => told.push([name, ...given]), set: () => true });
  const plain = { ...axis(0, 10, 10), _offset: 0 };
  const overlay = new Overlay({ on() {}, querySelectorAll: () => [], _fullLayout: { xaxis: plain, yaxis: plain } });
  overlay.trails = { getContext: () => context };
  overlay.setLines([{ xaxis: "x", yaxis: "y", xs: null, look: { dash: [] }, ...line }]);
  overlay.draw(line.ys.length - 1);
  return told.filter(([name]) => /To$/.test(name)).map(([name, x]) => `${name[0]}${x}`).join(" ");
}

test("where a line has no number it goes on, ends, or leaves a gap", () => {
  const ys = [1, 2, NaN, 4, 5];
  const ends = [0, 1, 2, 3, 4];
  assert.match(drawn({ ys }), /l0 l1 l3 l4$/);
  assert.match(drawn({ ys, xs: ends }), /l0 l1$/);
  assert.match(drawn({ ys, xs: ends, skips: true }), /l0 l1 l3 l4$/);
  assert.match(drawn({ ys, gaps: true }), /l0 l1 m2.5 l3 l4$/);
  assert.match(drawn({ ys: [NaN, 2, NaN, 4, 5], gaps: true }), /m0.5 l1 m2.5 l3 l4$/);
});
