// What a model with two weights makes of an input, as the landscape's `predict` does.

const ACTIVATIONS = {
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  leaky_relu: (z, { leak }) => Math.max(leak * z, z),
};

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
