// What a model with two weights makes of an input, as the landscape's `predict` does.

const ACTIVATIONS = {
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  leaky_relu: (z, { leak }) => Math.max(leak * z, z),
};

// The derivatives of the neurons', as functions of z and of what they say.
const SLOPES = {
  sigmoid: (z, a) => a * (1 - a),
  tanh: (z, a) => 1 - a * a,
  relu: (z) => Number(z > 0),
  leaky_relu: (z, a, { leak }) => (z > 0 ? 1 : leak),
};

// How steep a neuron is at an input, a'(z); null for what is no single neuron, or has no such factor.
export function steepness(model, [w, b], x) {
  const z = w * x + b;
  const neuron = model.curve in SLOPES && model.error === "squared";
  return neuron ? SLOPES[model.curve](z, ACTIVATIONS[model.curve](z, model), model) : null;
}

// `model`: {curve, ...} as app/charts/fit.py tells it; `weights`: the two that the landscape is over.
export function predict(model, [w, b], x) {
  const { curve, middle = 0, deviation = 1 } = model;
  const u = (x - middle) / deviation;
  return curve === "network" ? network(model, [w, b], u) : ACTIVATIONS[curve](w * u + b, model);
}

// The mean error of a model over examples (xs, ys); NaN for no examples.
export function meanError(model, weights, xs, ys) {
  const logarithm = (p, y) => -Math.log(Math.max(y >= 0.5 ? p : 1 - p, 1e-300));
  const of = model.error === "cross-entropy" ? logarithm : (p, y) => (p - y) ** 2;
  return xs.reduce((sum, x, i) => sum + of(predict(model, weights, x), ys[i]), 0) / (xs.length || NaN);
}

// One hidden layer; its first two weights are the landscape's.
function network({ w, c, v, d }, weights, u) {
  return v.reduce((sum, share, j) => sum + share * Math.tanh((weights[j] ?? w[j]) * u + c[j]), d);
}
