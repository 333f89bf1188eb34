// What differs between two runs, and where they parted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, differences, parting, told } from "../../assets/diff.mjs";

test("each knob that differs stands with both values", () => {
  const run = "adam,lr=0.1,beta1=0.9/cosine,T_max=0/warmup=5/name=A/look=0";
  assert.deepEqual(differences(run, run.replace("/name=A/look=0", "/look=7")), []);
  assert.deepEqual(differences(run, run.replace("0.1", "0.2").replace("/warmup=5", "")), [
    ["lr", "0.1", "0.2"],
    ["warm-up", "5", "0"],
  ]);
});

test("what only one of two has stands against a dash, no or the usual", () => {
  assert.deepEqual(differences("adam,lr=0.1,eps=1e-8/constant/as=keras/look=0", "heavy_ball,lr=0.1,momentum=0.9/step,gamma=0.5/noise,sigma=1,seed=0/y_rate=2/look=1"), [
    ["optimizer", "adam", "heavy ball"],
    ["eps", "1e-8", "–"],
    ["momentum", "–", "0.9"],
    ["schedule", "constant", "step"],
    ["gamma", "–", "0.5"],
    ["noise", "no", "sigma 1, seed 0"],
    ["rate along y", "1", "2"],
    ["as defined by", "keras", "PyTorch"],
  ]);
  assert.deepEqual(differences("adam/constant/noise,sigma=1,seed=0", "adam/constant/noise,sigma=2,seed=0"), [["noise: sigma", "1", "2"]]);
});

test("where a run goes on from another is a difference, and that one's knobs are not", () => {
  const run = "adam,lr=0.1/constant/look=0";
  assert.deepEqual(differences(run, `${run}/fork=12/heavy_ball,lr=7/step,gamma=0.1/noise,sigma=3/look=4`), [["goes on from", "the start", "step 12 of heavy ball"]]);
});

const line = (...x) => ({ x: Float32Array.from(x), y: new Float32Array(x.length) });

test("two paths are the same up to a step, and part later", () => {
  assert.deepEqual(parting(line(0, 1, 2, 3), line(0, 1, 2.01, 4), 3, 0.5), { same: 1, parted: 3 });
  assert.deepEqual(parting(line(0, 1, 2, 3), line(0, 1, 2.01, 4), 2, 0.5), { same: 1, parted: null });
  assert.deepEqual(parting(line(0, 1), line(0, 1), 1, 0.5), { same: 1, parted: null });
  assert.deepEqual(parting(line(0, 1), line(1, 1), 1, 0.5), { same: -1, parted: 0 });
});

test("who has overflowed is infinitely far from who has not", () => {
  assert.equal(apart(line(NaN), line(1), 0), Infinity);
  assert.equal(apart(line(NaN), line(NaN), 0), 0);
  assert.deepEqual(parting(line(0, NaN, NaN), line(0, 1, 2), 2, 9), { same: 0, parted: 1 });
});

test("it is said in words, as far as the numbers have come", () => {
  const [a, b] = [line(0, 1, 2, 3), line(0, 1, 2.5, 4)];
  const words = (have, k) => told(a, b, parting(a, b, have - 1, 0.7), { have, steps: 3 }, 0.7, k);
  assert.match(words(4, 2), /^The same numbers up to step 1\. At step 3 they .* 0\.7, .* At step 2: 0\.5 apart; at the end: 1 apart\.$/);
  assert.match(words(3, 2), /Never farther apart than .* At step 2: 0\.5 apart\.$/);
  assert.equal(words(2, 1), "The same numbers at every step so far.");
});
