// What is counted of the examples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { epochAt, stepsInEpoch } from "../../assets/fit.mjs";

test("10,000 examples at 32 are 313 steps an epoch, and without batches every step is one", () => {
  assert.equal(stepsInEpoch(10_000, 32), 313);
  assert.equal(stepsInEpoch(160, 0), 1);
  assert.equal(epochAt(626, 313), "2 (0 of 313)");
  assert.equal(epochAt(31_299, 313), "99 (312 of 313)");
  assert.equal(epochAt(17, 1), "17");
});
