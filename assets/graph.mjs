// A graph on a canvas: axes with their ticks, and a curve through heights with known slopes.

const FAR = 1e5; // pixels; beyond that a canvas counts badly
const STRAIGHT = 1; // pixels, of a third of a cell

// The pixels of the values from low to high: a value v lies at zero + unit * v.
export function axis([from, to], [low, high], upwards = false) {
  const unit = ((upwards ? -1 : 1) * (to - from)) / (high - low);
  return { from, to, low, high, unit, zero: (upwards ? to : from) - unit * low };
}

// Round values from low to high, about `most` of them but more than one, as [value, text].
export function ticks(low, high, most) {
  const rough = (high - low) / most;
  const power = Math.floor(Math.log10(rough));
  const round = [0.5, 1, 2, 5, 10, 20].map((times) => times * 10 ** power);
  const several = (step) => Math.floor(high / step) > Math.ceil(low / step);
  const at = round.findIndex((step) => step >= rough);
  const step = several(round[at]) ? round[at] : round[at - 1];
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  if (!(last - first < 2 * most + 2)) return []; // they do not differ, or are no numbers
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const digits = (value) => value.toPrecision(Math.min(15, Math.max(1, Math.ceil(Math.log10(largest / step)) + 1)));
  const text = (value) => {
    if (value === 0) return "0";
    if (largest >= 1e-3 && largest < 1e5) return String(Number(digits(value)));
    const [mantissa, exponent] = Number(digits(value)).toExponential().split("e");
    return `${mantissa}e${Number(exponent)}`;
  };
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map((value) => [value, text(value).replace(/^-/, "−")]);
}

// The lines of the ticks, and the texts at those of the second axis; `base` is added to its values
// where they are written.
export function grid(context, x, y, { rule, quiet, size, base = 0 }) {
  context.strokeStyle = rule;
  context.fillStyle = quiet;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const [value] of ticks(x.low, x.high, places(x, size))) {
    const px = Math.round(x.zero + x.unit * value) + 0.5;
    context.moveTo(px, y.from);
    context.lineTo(px, y.to);
  }
  for (const [value, text] of ticks(base + y.low, base + y.high, (y.to - y.from) / (20 * size))) {
    const py = Math.round(y.zero + y.unit * (value - base)) + 0.5;
    context.moveTo(x.from, py);
    context.lineTo(x.to, py);
    context.fillText(text, x.from - 5, py, 34 * size); // there is no more at its left
  }
  context.stroke();
}

// How many texts have room side by side.
function places({ from, to }, size) {
  return Math.min(8, (to - from) / (40 * size));
}

// The texts of a first axis, under its lines, as far as they have room.
export function foot(context, x, y, { quiet, size }) {
  context.fillStyle = quiet;
  context.textAlign = "center";
  context.textBaseline = "top";
  let end = -Infinity;
  for (const [value, text] of ticks(x.low, x.high, places(x, size))) {
    const [px, half] = [x.zero + x.unit * value, context.measureText(text).width / 2];
    if (px - half < end + 4) continue;
    end = px + half;
    context.fillText(text, px, y.to + 5);
  }
}

// The curve through heights with slopes, cell by cell a cubic, which is what a canvas draws; narrow
// cells are drawn straight, which costs less and looks the same.
export function trace(context, { at, heights, slopes, cell }, { zero, unit }) {
  const py = (height) => held(zero + unit * height);
  const third = (at(1) - at(0)) / 3;
  each(heights, slopes, (j, joined) => {
    if (!joined) context.moveTo(at(j), py(heights[j]));
    if (third < STRAIGHT) return context.lineTo(at(j + 1), py(heights[j + 1]));
    const [a, b] = [heights[j] + (slopes[j] * cell) / 3, heights[j + 1] - (slopes[j + 1] * cell) / 3];
    context.bezierCurveTo(at(j) + third, py(a), at(j + 1) - third, py(b), at(j + 1), py(heights[j + 1]));
  });
}

// The slope of that curve, cell by cell a parabola.
export function traceSlope(context, { at, heights, slopes, cell }, { zero, unit }) {
  const py = (slope) => held(zero + unit * slope);
  each(heights, slopes, (j, joined) => {
    if (!joined) context.moveTo(at(j), py(slopes[j]));
    if (at(j + 1) - at(j) < 3 * STRAIGHT) return context.lineTo(at(j + 1), py(slopes[j + 1]));
    const bend = (3 * (heights[j + 1] - heights[j])) / cell - slopes[j] - slopes[j + 1];
    context.quadraticCurveTo((at(j) + at(j + 1)) / 2, py(bend), at(j + 1), py(slopes[j + 1]));
  });
}

// Every cell whose ends are numbers, and whether it goes on from the one before.
function each(heights, slopes, act) {
  const known = (j) => Number.isFinite(heights[j]) && Number.isFinite(slopes[j]);
  let joined = false;
  for (let j = 0; j + 1 < heights.length; j++) {
    const whole = known(j) && known(j + 1);
    if (whole) act(j, joined);
    joined = whole;
  }
}

// The height of that curve at a place counted in cells; nan beyond its ends.
export function between({ heights, slopes, cell }, place) {
  const j = Math.min(Math.floor(place), heights.length - 2);
  if (!(j >= 0 && place <= heights.length - 1)) return NaN;
  const s = place - j;
  const [rise, from, to] = [heights[j + 1] - heights[j], slopes[j] * cell, slopes[j + 1] * cell];
  return heights[j] + s * (from + s * (3 * rise - 2 * from - to + s * (from + to - 2 * rise)));
}

// A pixel that a canvas can count.
export function held(pixel) {
  return Math.min(FAR, Math.max(-FAR, pixel));
}

export function line(context, width, colour, dash, from, to) {
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
}

// A text in at most so many pixels, shortened at its end.
export function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let [some, too] = [0, text.length];
  while (too - some > 1) {
    const half = (some + too) >> 1;
    if (context.measureText(`${text.slice(0, half)}…`).width <= width) some = half;
    else too = half;
  }
  return `${text.slice(0, some)}…`;
}
