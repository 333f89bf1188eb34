// f along a line through the point of a run, its tangent there, and below it its slope: of the run in
// focus, or of each run in a panel of its own.

import { numbers } from "./decode.mjs";
import { axis, between, fitted, foot, grid, held, line, trace, traceSlope } from "./graph.mjs";
import { look, outline, scales } from "./looks.mjs";
import { format } from "./numbers.mjs";
import { clip } from "./overlay.mjs";
import { markAt, shared, Slices } from "./slices.mjs";

const OUTSIDE = 1e4; // lengths of the line; farther away a float32 is too coarse to draw it
const LANDMARKS = 12; // whose feet are marked, at the most
const PANELS = 16;
const BEHIND = 60; // of the places where the run was, so many are marked
const [SIGNS, BEFORE] = ["╌ tangent   ○ where the next step leads", "   ╷\u00a0where it was"];
const TITLES = { gradient: "distance along the gradient, uphill", step: "distance along the step, forwards" };

// Pixels: how high one panel is, and one of many; how narrow, and how far apart; a line of text.
const [ALONE, SMALL, NARROW, GAP, NAME] = [284, 214, 144, 12, 18];
// What of a panel is not curves: at its sides, over a plot, and under the upper and the lower one.
const [LEFT, RIGHT, TITLE, FEET, TEXTS] = [40, 10, 18, 12, 20];
const UPPER = 0.6; // of the room for curves

export class Slice {
  // `box` is a <details>; `chosen(view)` is told of {slice: "x"}, "" when it is closed, and of
  // {focus: look}, `named(data)` what the lines are called, and `changed()` of something else to draw.
  constructor(box, menu, { chosen, named, changed }) {
    Object.assign(this, { box, named });
    this.slices = new Slices(changed);
    this.along = "x";
    this.runs = []; // those that are drawn
    this.boxes = []; // and where
    this.signs = box.querySelector(".signs");
    this.chart = box.querySelector(".chart");
    this.canvas = document.createElement("canvas");
    this.chart.append(this.canvas);
    box.querySelector(".choices").append(menu);
    box.addEventListener("toggle", () => {
      if (box.open !== this.open) chosen({ slice: box.open ? this.along : "" });
    });
    this.chart.addEventListener("click", ({ offsetX, offsetY }) => {
      const at = this.boxes.findIndex(({ x, y, width, height }) => offsetX >= x && offsetX < x + width && offsetY >= y && offsetY < y + height);
      if (at >= 0) chosen({ focus: String(this.runs[at].look) });
    });
    new ResizeObserver(() => this.#arrange()).observe(this.chart);
  }

  // `along` is the line, or "" where it is closed; `panels` says that each run is shown, not only the
  // one in `focus`. `figure` is app/charts/contour.py's, for the landmarks; `ask` makes a request.
  show({ along, panels, focus }, trails, runs, figure, ask) {
    this.open = along !== "";
    this.box.open = this.open;
    const shown = panels ? runs.filter((run) => run.visible).slice(0, PANELS) : focus ? [focus] : [];
    const style = getComputedStyle(document.documentElement);
    const colours = ["--ink", "--ink-quiet", "--rule", "--type"].map((name) => style.getPropertyValue(name).trim());
    [this.ink, this.quiet, this.rule, this.type] = colours;
    this.scales = scales(style);
    this.focus = focus;
    this.runs = this.open ? shown.map((run) => ({ ...run, ...look(run.look, style) })) : [];
    if (this.open) this.along = along;
    this.signs.textContent = `${SIGNS}${"xy".includes(this.along) ? BEFORE : ""}`;
    this.landmarks = figure.data.slice(1).map(({ x, y }) => ({ x: [...numbers(x)], y: [...numbers(y)] }));
    this.#name(figure.layout.meta.axes);
    if (trails.done || !this.open) this.slices.ask(trails.link, this.runs.map((run) => run.look), along, ask);
    this.#arrange();
  }

  // The choice of lines, by the names of this landscape's axes.
  #name(axes) {
    if (this.axes?.join() === axes.join()) return;
    this.axes = axes;
    const data = ["x", "y", "gradient", "step"].map((value, i) => ({ value, label: axes[i] ?? value }));
    this.named(data);
  }

  // Panels, row by row, as many side by side as have room.
  #arrange() {
    const [count, width] = [this.runs.length, this.chart.clientWidth];
    this.boxes = [];
    if (!count || !width) return;
    const { size } = this.scales;
    const most = Math.max(1, Math.floor((width + GAP) / (NARROW * size + GAP)));
    const columns = Math.ceil(count / Math.ceil(count / most));
    const wide = (width - GAP * (columns - 1)) / columns;
    const high = (count > 1 ? SMALL : ALONE) * size;
    this.boxes = this.runs.map((_, i) => ({ x: (i % columns) * (wide + GAP), y: Math.floor(i / columns) * high, width: wide, height: high }));
    const height = high * Math.ceil(count / columns) + NAME * size;
    const ratio = globalThis.devicePixelRatio || 1;
    Object.assign(this, { width, height });
    this.chart.style.height = `${height}px`;
    const [across, down] = [width, height].map((length) => Math.round(length * ratio));
    if (this.canvas.width !== across || this.canvas.height !== down) Object.assign(this.canvas, { width: across, height: down });
    this.canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.at !== undefined) this.draw(this.at);
  }

  // What there is to draw at a step: {run, told, i}, the number of the mark; without `told` it is on
  // its way.
  #seen(at) {
    return this.runs.map((run) => {
      const told = this.slices.told(run.look);
      return { run, told, i: told && markAt(told, at) };
    });
  }

  // The slices at a step, which may have a fraction.
  draw(at) {
    this.at = at;
    if (!this.width) return;
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.width, this.height);
    if (!this.boxes.length) return;
    const seen = this.#seen(at);
    const known = seen.filter(({ told, i }) => told && Number.isFinite(told.gap[i]) && Number.isFinite(begin(told, i)));
    for (const [of, usual] of [["heights", [0, 1]], ["tilts", [-1, 1]]]) {
      shared(known.map(({ told, i }) => told[of][i] ?? usual)).forEach((range, j) => (known[j][of] = roomy(range)));
    }
    const length = Math.max(...known.map(({ told }) => told.length));
    const { size } = this.scales;
    this.font = `${(seen.length > 1 ? 11 : 12) * size}px ${this.type}`;
    seen.forEach((one, i) => this.#panel(context, this.boxes[i], one, length));
    this.#write(context, TITLES[this.along] ?? this.#axis(this.along), (this.width + (LEFT - RIGHT) * size) / 2, this.height - 4, "center");
  }

  #axis(along) {
    return this.axes["xy".indexOf(along)];
  }

  #write(context, text, x, y, side = "left", colour = this.quiet, weight = 400) {
    context.font = `${weight} ${this.font}`;
    context.fillStyle = colour;
    context.textAlign = side;
    context.textBaseline = "alphabetic";
    context.fillText(text, x, y);
  }

  #panel(context, box, one, length) {
    const { run, told, i, heights, tilts } = one;
    const { size } = this.scales;
    const [left, right] = [box.x + LEFT * size, box.x + box.width - RIGHT * size];
    const name = this.runs.length > 1 ? NAME * size : 0;
    const free = box.height - name - (2 * TITLE + FEET + TEXTS) * size;
    const [top, foot] = [box.y + name + TITLE * size, box.y + box.height - TEXTS * size];
    const [above, below] = [[top, top + UPPER * free], [foot - (1 - UPPER) * free, foot]];
    if (name) {
      const weight = run.look === this.focus?.look ? 600 : 400;
      this.#write(context, run.glyph, left, box.y + 13 * size, "left", run.colour);
      context.font = `${weight} ${this.font}`;
      this.#write(context, fitted(context, run.name, right - left - 14 * size), left + 14 * size, box.y + 13 * size, "left", this.ink, weight);
    }
    if (heights) {
      for (const [words, number, [y]] of [["f", told.lowest + told.gap[i], above], ["slope f′", told.slope[i], below]]) {
        this.#write(context, words, left, y - 6 * size);
        this.#write(context, format(number), right, y - 6 * size, "right", this.ink);
      }
      const low = begin(told, i) - (length - told.length) / 2;
      const x = axis([left, right], [low, low + length]);
      this.#draw(context, one, x, axis(above, heights, true), axis(below, tilts, true));
    } else {
      const words = told ? (Number.isFinite(told.x[i]) ? "too far away to be drawn" : "has overflowed") : "…";
      this.#write(context, words, (left + right) / 2, (above[0] + below[1]) / 2, "center");
    }
  }

  // All numbers of f are counted from the lowest.
  #draw(context, { run, told, i }, x, plain, tilts) {
    const { quiet, rule } = this;
    const { pen, size } = this.scales;
    const px = (way) => held(x.zero + x.unit * (origin(told, i) + way));
    const py = ({ zero, unit }, value) => held(zero + unit * value);
    const cell = told.length / (told.gaps[i].length - 1);
    const curve = { at: (j) => px(told.from[i] + j * cell), heights: told.gaps[i], slopes: told.slopes[i], cell };
    const [here, next] = [px(0), px(told.move[i])];
    const [height, tilt] = [py(plain, told.gap[i]), py(tilts, told.slope[i])];
    const landing = py(plain, between(curve, (told.move[i] - told.from[i]) / cell));
    const thin = (dash, from, to) => line(context, 1, quiet, dash, from, to);
    const stroke = (paint, scale) => {
      context.lineWidth = 1.8 * pen;
      context.lineJoin = "round";
      context.strokeStyle = run.colour;
      context.beginPath();
      paint(context, curve, scale);
      context.stroke();
    };

    context.font = this.font;
    grid(context, x, plain, { rule, quiet, size, base: told.lowest });
    grid(context, x, tilts, { rule, quiet, size });
    foot(context, x, tilts, { quiet, size });
    if (told.along in told) this.#feet(context, told.along, x, plain);
    inside(context, x, tilts, () => {
      thin([2, 3], [here, tilts.from], [here, tilts.to]);
      thin([], [x.from, tilts.zero], [x.to, tilts.zero]);
      stroke(traceSlope, tilts);
      line(context, 4 * pen, run.colour, [], [here, tilts.zero], [here, tilt]);
    });
    inside(context, x, plain, () => {
      thin([2, 3], [here, plain.to], [here, height]);
      thin([2, 3], [next, plain.to], [next, landing]);
      if (told.along in told) this.#behind(context, run, told, i, x, plain);
      stroke(trace, plain);
      const lean = (plain.unit * told.slope[i]) / x.unit;
      const wide = (x.to - x.from) / 4 / Math.hypot(1, lean);
      line(context, 1.6 * pen, this.ink, [6, 3], [here - wide, height - wide * lean], [here + wide, height + wide * lean]);
      arrow(context, run.colour, here, Math.min(x.to, Math.max(x.from, next)), plain.to - 10 * size);
      ring(context, run.colour, next, landing);
    });
    for (const [scale, at] of [[plain, height], [tilts, tilt]]) head(context, run, x, scale, here, at);
  }

  // Where the run was before, along this axis.
  #behind(context, run, told, i, x, y) {
    const places = told[told.along].subarray(Math.max(0, i - BEHIND), i + 1);
    context.beginPath();
    for (const px of new Set(Array.from(places, (at) => Math.round(x.zero + x.unit * at)))) {
      context.moveTo(px, y.to);
      context.lineTo(px, y.to - 5 * this.scales.size);
    }
    context.lineWidth = 1.2;
    context.strokeStyle = run.colour;
    context.stroke();
  }

  // Where the minima and the saddles are along this axis.
  #feet(context, along, x, y) {
    context.fillStyle = this.quiet;
    context.textAlign = "center";
    context.textBaseline = "middle";
    this.landmarks.forEach((marks, kind) => {
      const feet = new Set(marks[along].map((at) => Math.round(x.zero + x.unit * at)));
      if (feet.size > LANDMARKS) return;
      for (const px of feet) if (px >= x.from && px <= x.to) context.fillText("★✕"[kind], px, y.to + 8 * this.scales.size);
    });
  }

  // The same in words: of the run in focus, and of the others for who does not see them.
  say(box, at) {
    const words = ({ run, told }) => (told ? `${run.glyph} ${sentence(told, at, run.name, this.axes)}` : "");
    const seen = this.#seen(at);
    const own = seen.find(({ run }) => run.look === this.focus?.look) ?? seen[0];
    const others = seen.filter((one) => one !== own).map(words).filter(Boolean);
    const texts = [own ? words(own) : "", others.map((text) => ` ${text}.`).join("")];
    if (box.textContent === texts.join("")) return;
    const hidden = Object.assign(document.createElement("span"), { className: "unseen", textContent: texts[1] });
    box.replaceChildren(texts[0], hidden);
  }
}

// A range with a margin at both ends.
function roomy([from, to]) {
  const margin = (to - from || Math.abs(from) || 1) * 0.08;
  return [from - margin, to + margin];
}

// The point of a run, if it is in the picture.
function head(context, { marker, colour, size }, x, y, px, py) {
  if (!(px >= x.from - 1 && px <= x.to + 1 && py >= y.from - 1 && py <= y.to + 1)) return;
  outline(context, marker, px, py, 4.5 * size);
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
  line(context, 2, colour, [], [from, py], [back, py]);
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
  const way = axes["xy".indexOf(along)] ?? `the ${along}`;
  const point = `(${format(told.x[i])}, ${format(told.y[i])})`;
  const where = `${name}${when}, along ${way} through ${point}`;
  if (!Number.isFinite(told.gap[i])) return `${where}: f is beyond 3e38`;
  return `${where}: f = ${format(told.lowest + told.gap[i])}, slope = ${format(told.slope[i], 3)}${onward(told, i)}`;
}

function onward({ along, slope, move, marks }, i) {
  if (!Number.isFinite(move[i])) return i === marks.length - 1 ? "; this is the last step" : "; the next step overflows";
  if (move[i] === 0) return `${slope[i] === 0 ? ", so" : ", but"} the next step stays there`;
  const sides = along === "y" ? ["left (down)", "right (up)"] : ["left", "right"];
  const against = slope[i] * move[i] < 0;
  const times = against ? `, ${format(-move[i] / slope[i], 3)} × the slope` : "";
  return `, ${against ? "so" : "but"} the next step goes ${sides[Number(move[i] > 0)]} by ${format(Math.abs(move[i]), 3)}${times}`;
}
