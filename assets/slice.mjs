// f along a line through the point of one run, its tangent there, and below it its slope.

import { look, outline, scales } from "./looks.mjs";
import { format } from "./numbers.mjs";
import { clip, Overlay } from "./overlay.mjs";
import { markAt, Slices } from "./slices.mjs";
import { numbers } from "./decode.mjs";

const FAR = 1e5; // pixels; beyond that a canvas counts badly
const TANGENT = 70; // pixels to either side of the point
const OUTSIDE = 1e4; // lengths of the line; farther away a float32 is too coarse to draw it
const MANY = 12; // of the landmarks' feet are the most that are marked
const PAUSE = 100; // ms; Plotly takes tens of them to draw axes
const TITLES = { gradient: "distance along the gradient, uphill", step: "distance along the step, forwards" };

export class Slice {
  // `box` is a <details>; `chosen(view)` is told of "x", "gradient.2" (the look of a run behind it), or
  // "" when it is closed, `named(data)` what the lines are called, and `changed()` of something else
  // to draw.
  constructor(box, { chosen, named, changed }) {
    Object.assign(this, { box, named });
    this.slices = new Slices(changed);
    this.along = "x";
    this.runs = new Map(); // look -> {name, colour, marker, glyph}
    this.chart = box.querySelector(".chart");
    this.select = document.createElement("select");
    this.select.setAttribute("aria-label", "the run that is sliced");
    this.select.addEventListener("change", () => chosen(`${this.along}.${this.select.value}`));
    box.querySelector(".choices").append(this.select);
    box.addEventListener("toggle", () => {
      if (box.open !== this.open) chosen(box.open ? this.along : "");
    });
  }

  // `view` as above; `figure` is app/charts/contour.py's, for the landmarks, and `ask` makes a request.
  show(view, trails, runs, figure, ask) {
    this.open = view !== "";
    this.box.open = this.open;
    if (!this.open) {
      this.slices.ask("", null, false);
      return;
    }
    const [along, own] = view.split(".");
    const shown = runs.filter((run) => run.visible);
    const run = shown.find(({ look }) => String(look) === own) ?? shown[0];
    this.along = along;
    this.#offer(shown, run);
    const style = getComputedStyle(document.documentElement);
    const colours = ["--ink", "--ink-quiet", "--rule", "--type"].map((name) => style.getPropertyValue(name).trim());
    [this.ink, this.quiet, this.rule, this.type] = colours;
    this.scales = scales(style);
    this.runs = new Map(shown.map(({ look: own, name }) => [own, { name, ...look(own, style) }]));
    this.landmarks = figure.data.slice(1).map(({ x, y }) => ({ x: [...numbers(x)], y: [...numbers(y)] }));
    this.#name(figure.layout.meta.axes);
    if (!run) this.slices.ask("", null, false);
    else if (trails.done) this.slices.ask(`${trails.link}&at=${run.look},${along}`, ask);
  }

  // The choice of lines, by the names of this landscape's axes.
  #name(axes) {
    if (this.axes?.join() === axes.join()) return;
    this.axes = axes;
    const data = ["x", "y", "gradient", "step"].map((value, i) => ({ value, label: axes[i] ?? value }));
    this.named(data);
  }

  #axis(along) {
    return this.axes["xy".indexOf(along)];
  }

  #offer(runs, run) {
    const key = runs.map(({ look, name }) => `${look} ${name}`).join("|");
    if (key !== this.offered) {
      this.offered = key;
      this.select.replaceChildren(...runs.map(({ look, name }) => new Option(name, String(look))));
      this.select.hidden = runs.length < 2;
    }
    this.select.value = String(run?.look);
  }

  // What there is to draw: the answer, if its run is still shown.
  get #told() {
    const { told } = this.slices;
    return this.open && this.runs.has(told?.look) ? told : null;
  }

  // The slice at a step, which may have a fraction.
  draw(at) {
    this.at = at;
    const told = this.#told;
    const i = told && markAt(told, at);
    if (told) this.#axes(told, i);
    this.overlay?.move((context) => {
      if (!told || !Number.isFinite(told.gap[i])) return;
      if (Number.isFinite(begin(told, i))) this.#draw(context, told, i);
      else this.#far(context);
    });
  }

  // Plotly draws the axes, now and whenever they change; while that is often, not every time.
  #axes(told, i) {
    const layout = this.#layout(told, i);
    const key = JSON.stringify(layout);
    clearTimeout(this.timer);
    if (key === this.key) return;
    const draw = () => {
      this.key = key;
      const begun = this.overlay !== undefined;
      const traces = ["y", "y2"].map((yaxis) => ({ x: [null], y: [null], yaxis, hoverinfo: "skip" }));
      globalThis.Plotly.react(this.chart, traces, layout, { displayModeBar: false, responsive: true });
      this.drawn = performance.now();
      this.overlay ??= new Overlay(this.chart, () => this.at !== undefined && this.draw(this.at));
      if (begun) this.draw(this.at);
    };
    if (!this.overlay || performance.now() - this.drawn > PAUSE) draw();
    else this.timer = setTimeout(draw, PAUSE);
  }

  #layout(told, i) {
    const { along, length, lowest } = told;
    const { size } = this.scales;
    const low = begin(told, i) || 0;
    const line = { gridcolor: this.rule, linecolor: this.rule, zeroline: false, fixedrange: true };
    const range = ([from, to], base) => {
      const margin = (to - from || Math.abs(from) || 1) * 0.08;
      return [base + from - margin, base + to + margin];
    };
    const title = (text, x, y) => ({
      text, x, y, xref: "paper", yref: "paper", xanchor: x ? "right" : "left", yanchor: "bottom", showarrow: false, yshift: 2,
    });
    return {
      margin: { l: 52 * size, r: 10, t: 20 * size, b: 34 * size },
      font: { color: this.quiet, family: this.type, size: 12 * size },
      xaxis: { ...line, range: [low, low + length], title: { text: TITLES[along] ?? this.#axis(along), font: { size: 12 * size } }, anchor: "y2", nticks: 7 },
      yaxis: { ...line, range: range(told.heights[i] ?? [0, 1], lowest), domain: [0.5, 1], nticks: 5 },
      yaxis2: { ...line, range: range(told.tilts[i] ?? [-1, 1], 0), domain: [0, 0.34], nticks: 4 },
      annotations: [title("f", 0, 1), title("╌ tangent   ○ where the next step leads", 1, 1), title("slope of f", 0, 0.34)],
      dragmode: false,
      hovermode: false,
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
    };
  }

  #draw(context, told, i) {
    const run = this.runs.get(told.look);
    const [x, plain, tilts] = ["x", "y", "y2"].map((axis) => this.overlay.scale(axis));
    const heights = { ...plain, zero: plain.zero + plain.unit * told.lowest };
    const px = (way) => held(x.zero + x.unit * (origin(told, i) + way));
    const py = ({ zero, unit }, value) => held(zero + unit * value);
    const cell = told.length / (told.gaps[i].length - 1);
    const curve = { at: (j) => px(told.from[i] + j * cell), heights: told.gaps[i], slopes: told.slopes[i], cell };
    const [here, next] = [px(0), px(told.move[i])];
    const [height, tilt] = [py(heights, told.gap[i]), py(tilts, told.slope[i])];
    const landing = py(heights, between(curve, (told.move[i] - told.from[i]) / cell));

    context.save();
    this.#thin(context, [2, 3], [here, plain.from], [here, tilts.to]);
    if (told.along in told) this.#feet(context, told.along, x, plain);
    inside(context, x, tilts, () => {
      this.#thin(context, [], [x.from, tilts.zero], [x.to, tilts.zero]);
      this.#line(context, () => traceSlope(context, curve, tilts));
      stroke(context, 3, run.colour, [], [here, tilts.zero], [here, tilt]);
    });
    inside(context, x, plain, () => {
      this.#thin(context, [2, 3], [next, plain.to], [next, landing]);
      this.#line(context, () => trace(context, curve, heights));
      const lean = (heights.unit * told.slope[i]) / x.unit;
      const wide = TANGENT / Math.hypot(1, lean);
      stroke(context, 1.6, run.colour, [6, 3], [here - wide, height - wide * lean], [here + wide, height + wide * lean]);
      arrow(context, run.colour, here, Math.min(x.to, Math.max(x.from, next)), plain.to - 6);
      ring(context, run.colour, next, landing);
    });
    for (const [scale, at] of [[plain, height], [tilts, tilt]]) head(context, run, x, scale, here, at);
    context.restore();
  }

  #far(context) {
    const [x, y] = [this.overlay.scale("x"), this.overlay.scale("y")];
    context.fillStyle = this.quiet;
    context.font = `12px ${this.type}`;
    context.textAlign = "center";
    context.fillText("too far outside the picture to be drawn", (x.from + x.to) / 2, (y.from + y.to) / 2);
  }

  #line(context, path) {
    context.lineWidth = 1.6 * this.scales.pen;
    context.lineJoin = "round";
    context.strokeStyle = this.ink;
    context.beginPath();
    path();
    context.stroke();
  }

  #thin(context, dash, from, to) {
    stroke(context, 1, this.quiet, dash, from, to);
  }

  // Where the minima and the saddles are along this axis.
  #feet(context, axis, x, y) {
    context.fillStyle = this.quiet;
    context.font = `11px ${this.type}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    this.landmarks.forEach((marks, kind) => {
      const feet = new Set(marks[axis].map((at) => Math.round(x.zero + x.unit * at)));
      if (feet.size > MANY) return;
      for (const px of feet) if (px >= x.from && px <= x.to) context.fillText("★✕"[kind], px, y.to + 8);
    });
  }

  // The same in words.
  say(box, at) {
    const told = this.#told;
    const run = this.runs.get(told?.look);
    const text = told ? `${run.glyph} ${sentence(told, at, run.name, this.axes)}` : "";
    if (box.textContent !== text) box.textContent = text;
  }
}

// The point of a run, if it is in the picture.
function head(context, { marker, colour }, x, y, px, py) {
  if (!(px >= x.from - 1 && px <= x.to + 1 && py >= y.from - 1 && py <= y.to + 1)) return;
  outline(context, marker, px, py, 5);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.4;
  context.strokeStyle = "#10151c";
  context.stroke();
}

// Where the next step leads, seen along this line.
function ring(context, colour, px, py) {
  context.beginPath();
  context.arc(px, py, 4.5, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
}

// The next step, as far as it is in the picture.
function arrow(context, colour, from, to, py) {
  const size = Math.min(6, Math.abs(to - from));
  if (!(size >= 0.5)) return;
  const back = to + Math.sign(from - to) * size;
  stroke(context, 2, colour, [], [from, py], [back, py]);
  context.beginPath();
  context.moveTo(to, py);
  context.lineTo(back, py - 0.7 * size);
  context.lineTo(back, py + 0.7 * size);
  context.fillStyle = colour;
  context.fill();
}

function inside(context, x, y, paint) {
  context.save();
  clip(context, x, y);
  paint();
  context.restore();
}

// Where the point is on the axis of the line.
function origin(told, i) {
  return told[told.along]?.[i] ?? 0;
}

// Where the line begins on its axis, in round numbers, so that the axis stays when the line does;
// nan where that is too far away.
export function begin(told, i) {
  const low = (origin(told, i) + told.from[i]) / told.length;
  return Math.abs(low) < OUTSIDE ? (Math.round(1e4 * low) / 1e4) * told.length : NaN;
}

// What is seen at a step of a run, and what it does next.
export function sentence(told, at, name, axes) {
  const i = markAt(told, at);
  const [step, k] = [told.marks[i], Math.floor(at)];
  const { along } = told;
  const when = step === k ? "" : ` at step ${step}`;
  if (!Number.isFinite(told.x[i])) return `${name} has overflowed by step ${step}`;
  const line = axes["xy".indexOf(along)] ?? `the ${along}`;
  const point = `(${format(told.x[i])}, ${format(told.y[i])})`;
  const where = `${name}${when}, along ${line} through ${point}`;
  if (!Number.isFinite(told.gap[i])) return `${where}: f is beyond 3e38`;
  return `${where}: f = ${format(told.lowest + told.gap[i])}, slope = ${format(told.slope[i], 3)}${onward(told, i)}`;
}

function onward({ along, slope, move, marks }, i) {
  if (!Number.isFinite(move[i])) return i === marks.length - 1 ? "; this is the last step" : "; the next step overflows";
  if (move[i] === 0) return `${slope[i] === 0 ? ", so" : ", but"} the next step stays there`;
  const sides = along === "y" ? ["left (down)", "right (up)"] : ["left", "right"];
  const against = slope[i] * move[i] < 0;
  return `, ${against ? "so" : "but"} the next step goes ${sides[Number(move[i] > 0)]} by ${format(Math.abs(move[i]), 3)}`;
}

// The curve through heights with slopes, cell by cell a cubic, which is what a canvas draws.
export function trace(context, { at, heights, slopes, cell }, { zero, unit }) {
  const py = (height) => held(zero + unit * height);
  const third = (at(1) - at(0)) / 3;
  each(heights, slopes, (j, joined) => {
    if (!joined) context.moveTo(at(j), py(heights[j]));
    const [a, b] = [heights[j] + (slopes[j] * cell) / 3, heights[j + 1] - (slopes[j + 1] * cell) / 3];
    context.bezierCurveTo(at(j) + third, py(a), at(j + 1) - third, py(b), at(j + 1), py(heights[j + 1]));
  });
}

// The slope of that curve, cell by cell a parabola.
export function traceSlope(context, { at, heights, slopes, cell }, { zero, unit }) {
  const py = (slope) => held(zero + unit * slope);
  each(heights, slopes, (j, joined) => {
    if (!joined) context.moveTo(at(j), py(slopes[j]));
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

function held(pixel) {
  return Math.min(FAR, Math.max(-FAR, pixel));
}

function stroke(context, width, colour, dash, from, to) {
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
}
