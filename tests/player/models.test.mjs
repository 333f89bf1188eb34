// Models as the landscapes have them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { meanError, predict, steepness } from "../../assets/models.mjs";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

test("a neuron is its activation of w x + b", () => {
  near(predict({ curve: "linear" }, [2, 3], 0.5), 4);
  near(predict({ curve: "sigmoid" }, [2, -1], 0.5), 0.5);
  near(predict({ curve: "tanh" }, [2, 3], -1), Math.tanh(1));
  near(predict({ curve: "relu" }, [2, 3], -2), 0);
  near(predict({ curve: "leaky_relu", leak: 0.1 }, [2, 3], -2), -0.1);
});

test("the first two weights of a network are those of the landscape", () => {
  const model = { curve: "network", w: [9, 9, 2], c: [0, 0.5, 1], v: [1, 2, 3], d: 4, middle: 1, deviation: 2 };
  const [u, w, b] = [1.5, 0.3, -0.4];
  near(predict(model, [w, b], 4), Math.tanh(w * u) + 2 * Math.tanh(b * u + 0.5) + 3 * Math.tanh(2 * u + 1) + 4);
});

test("the mean error is squared, or that of classes", () => {
  near(meanError({ curve: "linear", error: "squared" }, [1, 0], [1, 2], [0, 4]), 2.5);
  near(meanError({ curve: "sigmoid", error: "cross-entropy" }, [0, 0], [1, 2], [0, 1]), Math.log(2));
  assert.ok(Number.isFinite(meanError({ curve: "sigmoid", error: "cross-entropy" }, [1e6, 0], [1], [0])));
  assert.ok(Number.isNaN(meanError({ curve: "linear", error: "squared" }, [1, 0], [], [])));
});

test("a neuron is as steep as its activation rises", () => {
  for (const [curve, more] of [["sigmoid", {}], ["tanh", {}], ["relu", {}], ["leaky_relu", { leak: 0.1 }]]) {
    const model = { curve, error: "squared", ...more };
    for (const x of [-3, -0.4, 0.3, 2]) {
      const [w, b, h] = [1.7, -0.2, 1e-6];
      const rise = (predict(model, [w, b + h], x) - predict(model, [w, b - h], x)) / (2 * h);
      assert.ok(Math.abs(steepness(model, [w, b], x) - rise) < 1e-8);
    }
  }
  assert.equal(steepness({ curve: "sigmoid", error: "cross-entropy" }, [1, 0], 1), null);
  assert.equal(steepness({ curve: "linear", error: "squared" }, [1, 0], 1), null);
});

test("inputs that are brought to a standard are so for the line, too", () => {
  near(predict({ curve: "linear", middle: 10, deviation: 2 }, [3, 1], 14), 7);
});
