// The examples a landscape is made of, and what each run makes of them at the step that is shown.
// A click adds an example, a drag moves one, a double click takes one away.

import { MOST_ROWS } from "./csv.mjs";
import { element } from "./element.mjs";
import { meanError, predict, steepness } from "./models.mjs";
import { format } from "./numbers.mjs";
import { clip, Overlay } from "./overlay.mjs";
import { look, scales } from "./looks.mjs";

const POINTS = 80; // along a curve
const NEAR = { mouse: 9, touch: 22, pen: 14 };
const DOT = 2.5; // pixels from the middle of an example to its edge

export class Fit {
  // `change(points, final)` is told of the examples while they are edited, and `refuse(words)` why an
  // edit is none; "" takes that back.
  constructor(box, change, refuse) {
    Object.assign(this, { box, change, refuse });
    this.held = null; // the example that is being moved
  }

  // `figure` is app/charts/fit.py's with the model; null where the landscape is made of no data.
  show(figure, trails, runs, unturn) {
    this.box.hidden = !figure;
    if (!figure) return;
    Object.assign(this, { figure, trails, unturn });
    const style = getComputedStyle(document.documentElement);
    this.runs = runs.flatMap((run, i) =>
      run.visible && trails.runs[i] ? [{ i, name: run.name, batch: run.batch, look: look(run.look, style) }] : [],
    );
    const [ink, quiet, rule] = ["--ink", "--ink-quiet", "--rule"].map((name) => style.getPropertyValue(name).trim());
    const { pen, size } = scales(style);
    this.pen = pen;
    const key = JSON.stringify([figure.key, ink, size]);
    if (key === this.key) return;
    this.key = key;
    this.ink = ink;
    const [examples, heldOut] = figure.data.map(({ x, y }) => x.map((input, i) => [input, y[i]]));
    this.heldOut = heldOut;
    // A figure is older than what has been edited since it came.
    if (figure.key !== this.taken && this.held === null) this.points = examples;
    this.taken = figure.key;
    const colours = { gridcolor: rule, linecolor: rule };
    const { xaxis, yaxis, ...rest } = figure.layout;
    // While an example is moved the axes stay, or it would run away from the pointer.
    const range = (axis, name) => (this.held !== null && this.chart ? this.chart.layout[name].range : axis.range);
    const layout = {
      ...rest,
      font: { color: quiet, family: style.getPropertyValue("--type").trim(), size: 12 * size },
      xaxis: { ...xaxis, ...colours, range: range(xaxis, "xaxis") },
      yaxis: { ...yaxis, ...colours, range: range(yaxis, "yaxis") },
    };
    const begun = this.chart !== undefined;
    this.chart ??= this.box.querySelector(".chart");
    // Plotly draws the axes alone, and only when they change: it takes long for 10,000 dots.
    const frame = JSON.stringify(layout);
    if (frame !== this.frame) globalThis.Plotly.react(this.chart, [], layout, { displayModeBar: false, responsive: true });
    else if (this.held === null) this.#dots();
    this.frame = frame;
    if (begun) return;
    this.overlay = new Overlay(this.chart, () => this.#redraw());
    this.#redraw();
    this.#pointers();
  }

  #redraw() {
    if (!this.overlay) return;
    this.#dots();
    this.#move();
  }

  #move() {
    if (this.at !== undefined) this.draw(this.at);
  }

  // What is trained on as dots, what is held out as rings; but the one that is being moved.
  #dots() {
    const { overlay } = this;
    overlay.still((context) => {
      context.save();
      clip(context, overlay.scale("x"), overlay.scale("y"));
      this.#stamp(context, this.held === null ? this.points : this.points.toSpliced(this.held, 1), false);
      this.#stamp(context, this.heldOut, true);
      context.restore();
    });
    const count = (points) => points.length.toLocaleString("en");
    const label = `${count(this.points)} examples${this.heldOut.length ? `, and ${count(this.heldOut)} held out` : ""}`;
    this.chart.setAttribute("role", "img");
    this.chart.setAttribute("aria-label", label);
  }

  // All are one little picture, which is quicker than to draw each.
  #stamp(context, points, ring) {
    const image = dot(this.ink, ring);
    const [x, y] = [this.overlay.scale("x"), this.overlay.scale("y")];
    const half = DOT + 1;
    for (const [px, py] of points) context.drawImage(image, x.zero + x.unit * px - half, y.zero + y.unit * py - half, 2 * half, 2 * half);
  }

  // The curve of every run at a step, and the example that is being moved.
  draw(at) {
    this.at = at;
    if (this.box.hidden || !this.overlay || !this.trails) return;
    const { overlay } = this;
    const x = overlay.scale("x");
    const y = overlay.scale("y");
    overlay.move((context) => {
      context.save();
      clip(context, x, y);
      for (const { i, look } of this.runs) {
        if (!this.trails.runs[i]) continue;
        const weights = this.weights(i, at);
        context.setLineDash(look.dash);
        context.strokeStyle = look.colour;
        for (const [told, width] of [[predict, 2], [steepness, 0.8]]) {
          if (told(this.figure.model, weights, 0) === null) continue;
          context.beginPath();
          for (let j = 0; j <= POINTS; j++) {
            const px = x.from + ((x.to - x.from) * j) / POINTS;
            const py = overlay.pixel("y", told(this.figure.model, weights, overlay.value("x", px)));
            context.lineTo(px, Math.min(1e5, Math.max(-1e5, py)));
          }
          context.lineWidth = width * this.pen;
          context.stroke();
        }
      }
      context.setLineDash([]);
      if (this.held !== null) this.#stamp(context, [this.points[this.held]], false);
      context.restore();
    });
  }

  // What each run makes of the examples, in numbers, as a table in a box.
  say(box, at) {
    const [examples, heldOut] = this.box.hidden || !this.runs ? [] : this.figure.data;
    const told = examples ? this.runs.filter(({ i }) => this.trails.runs[i]) : [];
    const rows = told.map(({ i, name, batch, look }) => {
      const { x, y, status } = this.trails.runs[i];
      const k = Math.floor(at);
      const weights = this.unturn([x[k], y[k]]);
      const error = ({ x, y }) => format(meanError(this.figure.model, weights, x, y));
      const steps = status?.kind === "stopped" ? Math.min(k, status.step) : k;
      return [look.glyph, look.colour, name, error(examples), ...(heldOut.x.length ? [error(heldOut)] : []), epochAt(steps, stepsInEpoch(examples.x.length, batch))];
    });
    const key = JSON.stringify(rows);
    if (key === this.said) return;
    this.said = key;
    const head = ["run", "mean error", ...(heldOut?.x.length ? ["held out"] : []), "epoch"];
    const row = ([glyph, colour, name, ...cells]) => {
      const mark = element("span", glyph, { className: "glyph" });
      mark.style.color = colour;
      return element("tr", [element("th", [mark, ` ${name}`], { scope: "row", title: name }), ...cells.map((text) => element("td", text))]);
    };
    const table = element("table", [element("thead", element("tr", head.map((name) => element("th", name, { scope: "col" })))), element("tbody", rows.map(row))]);
    box.replaceChildren(...(rows.length ? [table] : []));
  }

  weights(run, at) {
    const k = this.trails.lastFinite(run, at);
    const { x, y } = this.trails.runs[run];
    return this.unturn([x[k], y[k]]);
  }

  #pointers() {
    const { chart, overlay } = this;
    const place = (event) => {
      const box = chart.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const near = ([px, py], kind) => {
      let [best, least] = [-1, NEAR[kind] ?? 9];
      this.points.forEach(([x, y], i) => {
        const away = Math.hypot(overlay.pixel("x", x) - px, overlay.pixel("y", y) - py);
        if (away <= least) [best, least] = [i, away];
      });
      return best;
    };
    const inside = ([px, py]) => {
      const [x, y] = [overlay.scale("x"), overlay.scale("y")];
      return px >= x.from && px <= x.to && py >= y.from && py <= y.to;
    };
    const value = ([px, py]) => [tidy(overlay.value("x", px)), tidy(overlay.value("y", py))];
    const edit = (points, final) => {
      this.points = points;
      this.refuse("");
      if (this.held === null) this.#redraw();
      else this.#move();
      this.change(points, final);
    };
    // Plotly keeps double clicks to itself, and a finger on an example has none.
    let tap = { i: -1, time: -Infinity };
    chart.addEventListener("pointerdown", (event) => {
      const from = place(event);
      if (event.button || !inside(from)) return;
      const i = near(from, event.pointerType);
      let moved = false;
      if (i >= 0) {
        this.held = i;
        this.#redraw();
      }
      const move = (event) => {
        const to = place(event);
        if (i < 0 || !inside(to) || (!moved && Math.hypot(to[0] - from[0], to[1] - from[1]) < 3)) return;
        moved = true;
        edit(this.points.with(i, value(to)), false);
      };
      const up = (event) => {
        for (const type of ["pointermove", "pointerup", "pointercancel"]) window.removeEventListener(type, type === "pointermove" ? move : up, true);
        this.held = null;
        this.key = null; // the axes may fit again
        if (i >= 0 && !moved) this.#redraw();
        if (moved) edit(this.points, true);
        else if (event.type !== "pointerup" || !inside(place(event))) return;
        else if (i < 0 && this.points.length === MOST_ROWS) this.refuse(`There are ${MOST_ROWS.toLocaleString("en")} examples, which are the most: take one away first.`);
        else if (i < 0) edit([...this.points, value(from)], true);
        else if (i === tap.i && event.timeStamp - tap.time < 400 && this.points.length === 1) this.refuse("One example has to stay: add another first.");
        else if (i === tap.i && event.timeStamp - tap.time < 400) edit(this.points.toSpliced(i, 1), true);
        else tap = { i, time: event.timeStamp };
      };
      window.addEventListener("pointermove", move, true);
      window.addEventListener("pointerup", up, true);
      window.addEventListener("pointercancel", up, true);
    });
    chart.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && near(place(event.touches[0]), "touch") >= 0) event.preventDefault();
    }, { passive: false });
  }
}

// "3", or within an epoch of several steps "3 (2 of 5)".
export function epochAt(step, steps) {
  return steps > 1 ? `${Math.floor(step / steps)} (${step % steps} of ${steps})` : String(step);
}

// How many steps an epoch of `count` examples has; without batches each step is one.
export function stepsInEpoch(count, batch) {
  return batch ? Math.ceil(count / batch) : 1;
}

function dot(colour, ring) {
  const canvas = document.createElement("canvas");
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.ceil(2 * (DOT + 1) * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.globalAlpha = 0.55;
  context.fillStyle = context.strokeStyle = colour;
  context.arc(DOT + 1, DOT + 1, ring ? DOT - 0.5 : DOT, 0, 2 * Math.PI);
  if (ring) context.stroke();
  else context.fill();
  return canvas;
}

function tidy(value) {
  return Number(value.toPrecision(4));
}
