// The points of a free schedule, on the curve of the rates: drag one to move it, double-click to add
// one or to take one away. The box in the run's card holds the same as text.

import { outline } from "./looks.mjs";

const NEAR = { mouse: 9, touch: 22, pen: 14 };
const MOST = 100; // as many as a link holds

// "0:1;100:0.5" <-> [[0, 1], [100, 0.5]]
export function readPoints(text) {
  return text.split(";").map((pair) => pair.split(":").map(Number)).sort((a, b) => a[0] - b[0]);
}

export function writePoints(points) {
  return points.map(([step, factor]) => `${step}:${factor}`).join(";");
}

// Point i elsewhere; it stays between its neighbours, so that the line stays a function of the step.
export function moved(points, i, step, factor) {
  const low = points[i - 1]?.[0] ?? 0;
  const high = points[i + 1]?.[0] ?? 10_000;
  const at = Math.min(high, Math.max(low, Math.round(step)));
  return points.with(i, [at, tidy(Math.min(1000, Math.max(0, factor)))]);
}

export function added(points, step, factor) {
  if (points.length >= MOST) return points;
  const at = Math.min(10_000, Math.max(0, Math.round(step)));
  return [...points, [at, tidy(Math.min(1000, Math.max(0, factor)))]].sort((a, b) => a[0] - b[0]);
}

function tidy(factor) {
  return Number(factor.toPrecision(3));
}

export class Knots {
  // `change(look, text)` is told of new points while they are dragged.
  constructor(overlay, change) {
    this.overlay = overlay;
    this.change = change;
    this.runs = []; // {look, points, lr, warmup, colour}
    this.held = null; // {run, i}
    this.paper = "#fff";
  }

  show(runs) {
    const held = this.held;
    this.runs = runs.map((run) => (held?.run.look === run.look ? held.run : run));
  }

  draw(context, axis) {
    this.axis = axis;
    const { overlay } = this;
    for (const run of this.runs) {
      run.points.forEach((_, i) => {
        const { px, py } = this.#place(run, i);
        outline(context, "square", px, py, 4);
        context.fillStyle = this.paper;
        context.strokeStyle = run.colour;
        context.lineWidth = 2;
        context.fill();
        context.stroke();
      });
    }
  }

  // Whether there is something to take hold of at a place of the chart.
  near(px, py, kind = "mouse") {
    let best = null;
    for (const run of this.runs) {
      run.points.forEach((_, i) => {
        const place = this.#place(run, i);
        const away = Math.hypot(place.px - px, place.py - py);
        if (away <= Math.min(NEAR[kind] ?? 9, best?.away ?? Infinity)) best = { run, i, away };
      });
    }
    return best;
  }

  grab(px, py, kind) {
    this.held = this.near(px, py, kind);
    return this.held !== null;
  }

  drag(px, py) {
    const { run, i } = this.held;
    this.#set(run, moved(run.points, i, ...this.#value(run, px, py)));
  }

  release() {
    this.held = null;
  }

  // Take away the point that is there, or add one to the run whose line is nearest.
  toggle(px, py, kind) {
    const there = this.near(px, py, kind);
    if (there) {
      if (there.run.points.length > 1) this.#set(there.run, there.run.points.toSpliced(there.i, 1));
      return true;
    }
    if (!this.runs.length) return false;
    const [x, y] = [this.overlay.scale("x"), this.overlay.scale(this.axis)];
    if (px < x.from || px > x.to || py < y.from || py > y.to) return false;
    const away = (run) => Math.min(...run.points.map((_, i) => Math.abs(this.#place(run, i).py - py)));
    const run = this.runs.reduce((best, one) => (away(one) < away(best) ? one : best));
    this.#set(run, added(run.points, ...this.#value(run, px, py)));
    return true;
  }

  #set(run, points) {
    if (writePoints(points) === writePoints(run.points)) return;
    run.points = points;
    this.change(run.look, writePoints(points));
  }

  // The curve has at step k the rate that led there, which is the schedule's at k - 1. A rate of 0
  // has no place on a logarithmic axis: such a point stands on its lower edge.
  #place(run, i) {
    const [step, factor] = run.points[i];
    const { from, to } = this.overlay.scale(this.axis);
    const py = this.overlay.pixel(this.axis, run.lr * factor);
    return { px: this.overlay.pixel("x", step + run.warmup + 1), py: Math.min(to, Math.max(from, Number.isFinite(py) ? py : to)) };
  }

  #value(run, px, py) {
    return [this.overlay.value("x", px) - run.warmup - 1, this.overlay.value(this.axis, py) / run.lr];
  }
}
