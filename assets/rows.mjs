// What can be drawn under each other, and against what; app/charts/curves.py has the names.

export const MOST = 4;
export const OVER = ["steps", "epochs", "evaluations"];

const own = (name) => ({ short: name, of: (run) => run[name] });
const asked = (name) => ({ short: name, asked: true, of: (_, along) => along?.[name] });

// By key: `short`, its name in a table; `of(run, along, scale)`, its numbers, which are logarithmic
// unless it is a `coordinate`, the first or the second; whether they are `asked` for
// (along.mjs); the `band` of its repeats; the `bound` it is drawn with. {x} and {y} are the names of
// the landscape's axes.
export const ROWS = {
  loss: { short: "f", band: "gap", of: (run, _, { log, lowest }) => (log ? run.gap : height(run, lowest)) },
  rate: { ...own("lr"), short: "rate", bound: "limit" },
  slope: { ...own("slope"), short: "|g|", band: "slope" },
  distance: asked("distance"),
  x: { ...own("x"), short: "{x}", coordinate: 0 },
  y: { ...own("y"), short: "{y}", coordinate: 1 },
  rate_x: { ...asked("rate_x"), short: "rate {x}" },
  rate_y: { ...asked("rate_y"), short: "rate {y}" },
  sharpness: { ...asked("sharpness"), bound: "bound" },
};

// "x.loss" -> ["loss", "x"]: those that there are, in the order above, no more than have room; the
// usual ones for none.
export function readRows(text) {
  const given = text.split(".");
  const keys = Object.keys(ROWS).filter((key) => given.includes(key));
  return keys.length ? keys.slice(0, MOST) : ["loss", "rate", "slope"];
}

// Whether the rates that the curvature allows are drawn.
export function limited({ curves }) {
  return readRows(curves).some((key) => ROWS[key].bound === "limit");
}

// Whether numbers are drawn that the stream does not have.
export function asks({ curves, over }) {
  return over === "evaluations" || readRows(curves).some((key) => ROWS[key].asked);
}

// Where the points of a run stand on the horizontal axis: null where that is their own number, and
// undefined while it is not known. An epoch has so many steps.
export function across(over, run, along, epoch) {
  if (over === "evaluations") return along?.cost;
  return over === "epochs" && epoch > 1 ? Float32Array.from(run.x, (_, k) => k / epoch) : null;
}

// A step, which may have a fraction -> its place on the axis, and the nearest step to a place; null
// for one beyond the run's end.
export function placeOf(xs, step) {
  if (!xs) return step;
  const k = Math.min(Math.floor(step), xs.length - 1);
  return xs[k] + (step - k) * ((xs[k + 1] ?? xs[k]) - xs[k]);
}

export function stepAt(xs, place, last) {
  if (!xs) return place <= last + 0.5 ? Math.max(0, Math.round(place)) : null;
  let [low, high] = [0, last]; // the first point that is not before the place
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < place) low = middle + 1;
    else high = middle;
  }
  const before = Math.max(low - 1, 0);
  if (place > xs[low]) return place - xs[low] <= (xs[low] - xs[before]) / 2 ? low : null;
  return place - xs[before] < xs[low] - place ? before : low;
}

// f itself, kept beside the gap; computed as far as it has arrived.
export function height(run, lowest, have = 0) {
  if (lowest === 0) return run.gap;
  run.height ??= new Float32Array(run.gap.length);
  run.heights ??= 0;
  for (; run.heights < have; run.heights++) run.height[run.heights] = lowest + run.gap[run.heights];
  return run.height;
}
