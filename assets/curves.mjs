// What is drawn against the step: loss, rate, |gradient|. Lines as far as they have arrived, and a
// cursor at the step that is shown.

import { Knots } from "./knots.mjs";
import { look, outline } from "./looks.mjs";
import { clip, Overlay } from "./overlay.mjs";

export class Curves {
  // `seek(step)` is told where somebody clicks, `bend(look, points)` of a free schedule's points.
  constructor(box, figure, seek, bend) {
    this.box = box;
    this.figure = figure;
    this.seek = seek;
    this.bend = bend;
    this.scale = "log";
  }

  // Axes without lines, drawn once; `figure` is app/charts/curves.py's.
  #begin() {
    const chart = this.box.querySelector(".chart");
    const layout = structuredClone(this.figure.layout);
    globalThis.Plotly.newPlot(chart, this.figure.data, layout, { displayModeBar: false, responsive: true });
    this.overlay = new Overlay(chart, () => this.redraw());
    this.knots = new Knots(this.overlay, this.bend);
    const place = (event) => {
      const { left, top } = chart.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const go = (event) => {
      const [px] = place(event);
      const { from, to } = this.overlay.scale("x");
      if (px >= from - 4 && px <= to + 4) this.seek(Math.round(this.overlay.value("x", px)));
    };
    let tap = { time: -Infinity };
    let kind = "mouse";
    chart.addEventListener("pointerdown", (event) => {
      kind = event.pointerType;
      if (!this.knots.grab(...place(event), kind)) go(event);
      else if (kind !== "mouse") {
        // Where a finger takes hold there is no double click: it is told from two taps.
        if (event.timeStamp - tap.time < 400 && tap.i === this.knots.held.i) {
          this.knots.release();
          this.knots.toggle(...place(event), kind);
        } else tap = { time: event.timeStamp, i: this.knots.held.i };
      }
      chart.setPointerCapture?.(event.pointerId);
    });
    chart.addEventListener("pointermove", (event) => {
      if (this.knots.held) this.knots.drag(...place(event));
      else if (event.buttons) go(event);
      else chart.classList.toggle("grabbable", this.knots.near(...place(event)) !== null);
    });
    for (const type of ["pointerup", "pointercancel"]) chart.addEventListener(type, () => this.knots.release());
    chart.addEventListener("dblclick", (event) => this.knots.toggle(...place(event), kind) && event.preventDefault());
    // A finger on a point moves it; elsewhere it scrolls the page.
    chart.addEventListener("touchstart", (event) => {
      const [finger] = event.touches;
      if (event.touches.length === 1 && this.knots.near(...place(finger), "touch")) event.preventDefault();
    }, { passive: false });
  }

  // `bounded`: whether the surface has a lowest value, above which the loss is logarithmic.
  show(trails, runs, bounded) {
    if (!this.overlay) this.#begin();
    const style = getComputedStyle(document.documentElement);
    this.trails = trails;
    const log = this.scale === "log" && bounded;
    if (log !== this.log || trails.steps !== this.overlay.chart.layout.xaxis.range?.[1]) this.fitted = false;
    this.log = log;
    let title = "loss";
    if (this.log && trails.lowest !== 0) title += ` above the minimum, ${Number(trails.lowest.toPrecision(4))}`;
    if (!bounded) title += ", linear: this surface has no lowest value";
    this.rows = [
      { axis: "y", log: this.log, of: (run) => (this.log ? run.gap : height(run, trails.lowest)) },
      { axis: "y2", log: true, of: (run) => run.lr },
      { axis: "y3", log: true, of: (run) => run.slope },
    ];
    this.lines = runs.flatMap((run, i) =>
      run.visible && trails.runs[i]
        ? this.rows.map((row) => ({
            xaxis: "x", yaxis: row.axis, xs: null, ys: row.of(trails.runs[i]), look: look(run.look, style), width: 1.6,
          }))
        : [],
    );
    [this.ink, this.quiet, this.rule, this.type] = ["--ink", "--ink-quiet", "--rule", "--type"].map((name) =>
      style.getPropertyValue(name).trim(),
    );
    this.title = title;
    this.knots.paper = style.getPropertyValue("--halo").trim();
    this.knots.show(
      runs.filter((run) => run.visible && run.bend).map((run) => ({ ...run.bend, look: run.look, colour: look(run.look, style).colour })),
    );
    this.overlay.setLines(this.lines);
    this.arrived();
  }

  // More of the lines is there: draw on, and widen the axes where that is needed.
  arrived() {
    if (!this.trails) return;
    if (!this.log) for (const run of this.trails.runs) height(run, this.trails.lowest, this.trails.have);
    this.#fitSoon();
    this.overlay.draw(this.trails.have - 1);
  }

  // Plotly takes tens of milliseconds to draw axes; while a control is dragged they can wait.
  #fitSoon() {
    clearTimeout(this.timer);
    if (this.fitted) this.timer = setTimeout(() => this.#fit(), 120);
    else this.#fit();
  }

  // The axes as they should be for what has arrived, in the page's colours.
  #wanted() {
    const wanted = {
      "font.color": this.quiet,
      "font.family": this.type,
      "annotations[0].text": this.title,
      "xaxis.range": [0, Math.max(this.trails.steps, 1)],
    };
    for (const name of ["xaxis", ...this.rows.map(({ axis }) => axis.replace("y", "yaxis"))]) {
      for (const part of ["gridcolor", "linecolor"]) wanted[`${name}.${part}`] = this.rule;
    }
    for (const row of this.rows) {
      const all = this.lines.filter((line) => line.yaxis === row.axis).map((line) => line.ys);
      const range = span(all, this.trails.have, row.log);
      const name = row.axis.replace("y", "yaxis");
      wanted[`${name}.type`] = row.log ? "log" : "linear";
      if (range) wanted[`${name}.range`] = range;
    }
    return wanted;
  }

  #fit() {
    this.fitted = this.trails.have > 1;
    const { chart } = this.overlay;
    const now = (path) => path.split(/[.[\]]+/).reduce((part, key) => part?.[key], chart.layout);
    const change = Object.entries(this.#wanted()).filter(
      ([path, value]) => JSON.stringify(now(path)) !== JSON.stringify(value),
    );
    if (change.length) globalThis.Plotly.relayout(chart, Object.fromEntries(change));
  }

  redraw() {
    if (!this.trails) return;
    this.overlay.draw(this.trails.have - 1);
    if (this.at !== undefined) this.draw(this.at);
  }

  draw(at) {
    this.at = at;
    const { overlay } = this;
    if (!overlay || !this.trails) return;
    overlay.move((context) => {
      const x = overlay.scale("x");
      const px = overlay.pixel("x", at);
      context.fillStyle = this.ink;
      for (const { axis } of this.rows) {
        const y = overlay.scale(axis);
        context.fillRect(Math.round(px) - 0.5, y.from, 1, y.to - y.from);
      }
      const k = Math.floor(at);
      for (const line of this.lines) {
        const py = overlay.pixel(line.yaxis, line.ys[k]);
        if (!Number.isFinite(py)) continue;
        context.save();
        clip(context, { from: x.from - 6, to: x.to + 6 }, overlay.scale(line.yaxis));
        outline(context, line.look.marker, px, py, 3.5);
        context.fillStyle = line.look.colour;
        context.fill();
        context.restore();
      }
      this.knots.draw(context, "y2");
    });
  }
}

// f itself, kept beside the gap; computed as far as it has arrived.
function height(run, lowest, have = 0) {
  if (lowest === 0) return run.gap;
  run.height ??= new Float32Array(run.gap.length);
  run.heights ??= 0;
  for (; run.heights < have; run.heights++) run.height[run.heights] = lowest + run.gap[run.heights];
  return run.height;
}

// The range of an axis for these numbers, the first `have` of each: what lies more than a hundred
// times above the highest start is left out of it, so that one diverging run does not flatten the
// others. On a logarithmic axis in powers of ten, at most 16 of them; null for no numbers.
export function span(all, have, log) {
  let [low, high, start] = [Infinity, -Infinity, 0];
  for (const ys of all) {
    const first = Number.isFinite(ys[0]) ? ys[0] : ys[1]; // the rate begins with the first step
    if (first > start && first < Infinity) start = first;
  }
  const most = start > 0 ? start * (log ? 100 : 1.5) : Infinity;
  for (const ys of all) {
    for (let i = 0; i < have; i++) {
      const y = ys[i];
      if (!(y <= most) || (log ? !(y > 0) : !Number.isFinite(y))) continue;
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  if (low > high) return null;
  if (!log) {
    low = Math.max(low, high - 4 * Math.max(Math.abs(high), start, 1e-12));
    const margin = (high - low || Math.abs(high) || 1) * 0.06;
    return [low - margin, high + margin];
  }
  const top = Math.log10(high) + 0.15;
  return [Math.max(Math.log10(low) - 0.15, top - 16), top];
}
