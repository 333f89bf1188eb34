// Numbers and fates in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { format, sentence } from "../../assets/numbers.mjs";

const WRITTEN = [
  [0, "0"],
  [-0, "0"],
  [1, "1"],
  [-1.5, "−1.5"],
  [0.123456, "0.1235"],
  [1234.56, "1235"],
  [0.001, "0.001"],
  [0.00099, "9.90e-4"],
  [-0.00099, "−9.90e-4"],
  [123456, "1.23e+5"],
  [1e-45, "1.00e-45"],
  [NaN, "–"],
  [Infinity, "> 3e38"],
  [-Infinity, "< −3e38"],
];

for (const [value, text] of WRITTEN) {
  test(`${value} is written ${text}`, () => assert.equal(format(value), text));
}

test("fewer digits can be asked for", () => {
  assert.equal(format(0.05123, 3), "0.0512");
  assert.equal(format(-1.999, 3), "−2");
});

test("what became of a run is a sign and words", () => {
  const of = (kind, reason = "why") => sentence({ kind, step: 12, reason });
  assert.equal(of("converged"), "✓ converged: from step 12 on why");
  assert.equal(of("stalled"), "‖ stalled at step 12: why");
  assert.equal(of("moving"), "→ still moving after 12 steps: why");
  assert.equal(of("left"), "↗ why");
  assert.equal(of("diverged"), "✕ diverged: why");
});
