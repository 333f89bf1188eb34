// Waiting for what happens later.

import assert from "node:assert/strict";

export const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// As soon as something is so; on a busy machine that takes a while.
export async function until(so) {
  for (let i = 0; i < 500; i++) {
    if (so()) return;
    await soon(10);
  }
  assert.fail("it never came");
}
