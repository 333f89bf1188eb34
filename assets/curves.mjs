// What is drawn against the step, in up to four charts. Lines as far as they have arrived, a cursor at
// the step that is shown, and a thin line where the pointer is.

import { pieces } from "./forks.mjs";
import { Knots } from "./knots.mjs";
import { look, outline, scales } from "./looks.mjs";
import { format } from "./numbers.mjs";
import { clip, Overlay } from "./overlay.mjs";
import { across, height, MOST, placeOf, readRows, ROWS, stepAt } from "./rows.mjs";

const PARTS = ["gridcolor", "linecolor"];
const [TITLE, FOOT] = [20, 8]; // pixels above and below a chart
const MOST_READ = 12; // runs that are told of beside the pointer

export class Curves {
  // `seek(step)` is told where somebody clicks, `bend(look, points)` of a free schedule's points, and
  // `point(steps)` of the steps where the pointer is, by the number of the run; null for none.
  constructor(box, figure, { seek, bend, point }) {
    Object.assign(this, { box, figure, seek, bend, point });
    this.pointed = null; // {place, px, py}
  }

  // Axes without lines, drawn once; `figure` is app/charts/curves.py's.
  #begin() {
    const chart = this.box.querySelector(".chart");
    const layout = structuredClone(this.figure.layout);
    globalThis.Plotly.newPlot(chart, this.figure.data, layout, { displayModeBar: false, responsive: true });
    this.overlay = new Overlay(chart, () => this.redraw());
    this.overlay.under = (context) => this.#bands(context);
    this.knots = new Knots(this.overlay, this.bend);
    // What stands above may take another line.
    new ResizeObserver(() => {
      if (this.box.clientHeight !== this.overlay.height && this.box.clientHeight) globalThis.Plotly.Plots.resize(chart).then(() => this.arrived());
    }).observe(this.box);
    const place = (event) => {
      const { left, top } = chart.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const inside = (px) => {
      const { from, to } = this.overlay.scale("x");
      return px >= from - 4 && px <= to + 4;
    };
    const go = (event) => {
      const [px, py] = place(event);
      const step = inside(px) ? this.#stepNear(px, py) : null;
      if (step !== null) this.seek(step);
    };
    const hover = (event) => {
      const [px, py] = place(event);
      const pointed = event.pointerType !== "touch" && !event.buttons && event.type === "pointermove" && inside(px);
      if (!pointed && !this.pointed) return;
      this.pointed = pointed ? { place: Math.max(0, this.overlay.value("x", px)), px, py } : null;
      this.point(pointed ? this.#stepsAt(this.pointed.place) : null);
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
      hover(event);
    });
    for (const type of ["pointerdown", "pointerleave"]) chart.addEventListener(type, hover);
    const release = () => {
      if (!this.knots.held) return;
      this.knots.release();
      this.#fitSoon();
    };
    for (const type of ["pointerup", "pointercancel"]) chart.addEventListener(type, release);
    chart.addEventListener("dblclick", (event) => this.knots.toggle(...place(event), kind) && event.preventDefault());
    // A finger on a point moves it; elsewhere it scrolls the page.
    chart.addEventListener("touchstart", (event) => {
      const [finger] = event.touches;
      if (event.touches.length === 1 && this.knots.near(...place(finger), "touch")) event.preventDefault();
    }, { passive: false });
  }

  // `told` has the `view` of address.mjs, `bounded` (whether the surface has a lowest value, above
  // which the loss is logarithmic, and a minimum), the names of its `axes` and their ranges in the
  // `picture`, the number of its `examples`, and, run by run, `repeats` (repeats.mjs), what is known
  // `along` them and their `limits` (along.mjs).
  show(trails, runs, told) {
    if (!this.overlay) this.#begin();
    const style = getComputedStyle(document.documentElement);
    const { over, loss } = told.view;
    const { pen, size } = scales(style);
    Object.assign(this, { pen, size });
    this.trails = trails;
    this.told = told;
    this.log = loss === "log" && told.bounded;
    this.rows = readRows(told.view.curves).map((key, i) => ({ key, axis: i ? `y${i + 1}` : "y", ...ROWS[key] }));
    for (const row of this.rows) row.log = row.key === "loss" ? this.log : row.coordinate === undefined;
    const scale = { log: this.log, lowest: trails.lowest };
    this.runs = runs.flatMap((run, i) => {
      if (!run.visible || !trails.runs[i]) return [];
      const along = told.along[i];
      const bounds = { bound: along, limit: told.limits[i] };
      const epoch = run.batch ? Math.ceil(told.examples / run.batch) : 1;
      return [{ i, name: run.name, along, bounds, xs: across(over, trails.runs[i], along, epoch), look: look(run.look, style) }];
    });
    const parts = pieces(runs);
    this.lines = this.runs.flatMap(({ i, along, bounds, xs, look }) =>
      this.rows.flatMap((row) => {
        const line = { xaxis: "x", yaxis: row.axis, xs, skips: true, gaps: row.asked, look, width: 1.6 * pen, run: i, row };
        const bound = row.bound && { ...line, ys: bounds[row.bound]?.[row.bound], gaps: true, limits: true, look: { colour: look.colour, dash: [4, 3] }, width: pen };
        return [{ ...line, ys: row.of(trails.runs[i], along, scale) }, ...(bound ? [bound] : [])];
      }),
    ).filter(({ xs, ys }) => xs !== undefined && ys).flatMap((line) => parts.filter(({ run }) => run === line.run).map((part) => ({ ...line, ...part })));
    // Other seeds ask for more or less by the same step.
    this.repeats = this.runs.flatMap(({ i, ...run }) =>
      told.repeats[i]?.marks.length && over !== "evaluations" ? [{ ...told.repeats[i], ...run }] : [],
    );
    this.last = Math.max(0, ...this.runs.map(({ xs }) => (xs ? xs.at(-1) : trails.steps))) || Math.max(trails.steps, 1);
    const frame = JSON.stringify([told.view.curves, over, this.log, this.last, size]);
    if (frame !== this.frame) this.fitted = false;
    this.frame = frame;
    [this.ink, this.quiet, this.rule, this.type] = ["--ink", "--ink-quiet", "--rule", "--type"].map((name) =>
      style.getPropertyValue(name).trim(),
    );
    this.knots.paper = style.getPropertyValue("--halo").trim();
    this.knots.axis = this.rows.find(({ key }) => key === "rate")?.axis;
    const bent = over === "steps" && this.knots.axis ? runs.filter((run) => run.visible && run.bend) : [];
    this.knots.show(bent.map((run) => ({ ...run.bend, look: run.look, colour: look(run.look, style).colour })));
    this.overlay.setLines(this.lines);
    this.arrived();
    if (this.pointed) this.point(this.#stepsAt(this.pointed.place));
  }

  // A text with the names of the landscape's axes.
  #named(text) {
    const [x, y] = this.told.axes;
    return text.replace("{x}", x).replace("{y}", y);
  }

  #title({ key, asked, bound }) {
    const { bounded, along } = this.told;
    let title = this.#named(this.figure.layout.meta.curves[key]);
    // What is left of a minimum at 0 when it is computed is not worth a word.
    if (key === "loss" && this.log && Math.abs(this.trails.lowest) > 1e-12) title += ` above the minimum, ${Number(this.trails.lowest.toPrecision(4))}`;
    if (key === "loss" && !bounded) title += ", linear: this surface has no lowest value";
    if (key === "distance" && !bounded) title += ": none is in the picture";
    const formulas = new Set(this.runs.flatMap(({ bounds }) => bounds[bound]?.formula ?? []));
    if (formulas.size) title += ` ┄ ${[...formulas].join(", ")}`;
    if (asked && this.runs.length && !along.some(Boolean)) title += " …";
    return title;
  }

  // Where eight in ten of a run's repeats are, and their median.
  #bands(context) {
    const { overlay } = this;
    if (!this.rows || !this.repeats.length) return;
    const x = overlay.scale("x");
    for (const { axis, band, log } of this.rows) {
      if (!band) continue;
      const y = overlay.scale(axis);
      const base = band === "gap" && !log ? this.trails.lowest : 0;
      const at = (value) => Math.min(y.to + 9, Math.max(y.from - 9, overlay.pixel(axis, base + value) || y.to + 9));
      context.save();
      clip(context, x, y);
      for (const { marks, look, xs, ...of } of this.repeats) {
        const pixels = marks.map((mark) => overlay.pixel("x", placeOf(xs, mark)));
        context.beginPath();
        pixels.forEach((px, i) => context.lineTo(px, at(of[`${band}90`][i])));
        pixels.toReversed().forEach((px, i) => context.lineTo(px, at(of[`${band}10`].at(-1 - i))));
        context.globalAlpha = 0.22;
        context.fillStyle = look.colour;
        context.fill();
        context.globalAlpha = 1;
        context.beginPath();
        pixels.forEach((px, i) => context.lineTo(px, at(of[`${band}50`][i])));
        context.setLineDash([2, 2]);
        context.lineWidth = 1.6 * this.pen;
        context.strokeStyle = look.colour;
        context.stroke();
      }
      context.restore();
    }
  }

  // More of the lines is there: draw on, and widen the axes where that is needed.
  arrived() {
    if (!this.trails) return;
    if (!this.log) for (const run of this.trails.runs) height(run, this.trails.lowest, this.trails.have);
    this.#fitSoon();
    this.overlay.draw(this.trails.have - 1);
  }

  // Plotly takes tens of milliseconds to draw axes; while a control is dragged they can wait, and
  // under a point that is held they do not move.
  #fitSoon() {
    clearTimeout(this.timer);
    if (this.knots.held) return;
    if (this.fitted) this.timer = setTimeout(() => this.#fit(), 120);
    else this.#fit();
  }

  // The axes as they should be for what has arrived, in the page's colours.
  #wanted() {
    const wanted = {
      "font.color": this.quiet,
      "font.family": this.type,
      "font.size": 12 * this.size,
      "margin.l": 52 * this.size,
      "margin.b": 34 * this.size,
      "xaxis.title.font.size": 12 * this.size,
      "xaxis.range": [0, this.last],
      "xaxis.title.text": this.figure.layout.meta.over[this.told.view.over],
    };
    for (const part of PARTS) wanted[`xaxis.${part}`] = this.rule;
    const count = this.rows.length;
    const [above, below] = [TITLE, FOOT].map((pixels) => Math.min(0.4 / count, (this.size * pixels) / Math.max(this.box.clientHeight - 38, 1)));
    const high = (1 / count - above - below) * (this.box.clientHeight - 38); // pixels
    for (let i = 0; i < MOST; i++) {
      const row = this.rows[i];
      const name = i ? `yaxis${i + 1}` : "yaxis";
      wanted[`${name}.visible`] = Boolean(row);
      wanted[`annotations[${i}].visible`] = Boolean(row);
      if (!row) continue;
      const lines = this.lines.filter((line) => line.row.key === row.key);
      const [own, bounds] = [false, true].map((limits) => lines.filter((line) => (line.limits ?? false) === limits).map(({ ys }) => ys));
      const base = row.band === "gap" && !row.log ? this.trails.lowest : 0;
      const bands = row.band ? this.repeats.flatMap((of) => [of[`${row.band}50`], of[`${row.band}90`]]) : [];
      own.push(...bands.map((ys) => ys.map((y) => base + y)));
      const range = beside(span(own, this.trails.have, row.log, around(this.told.picture[row.coordinate])), bounds);
      const top = 1 - i / count;
      wanted[`annotations[${i}].text`] = this.#title(row);
      wanted[`annotations[${i}].y`] = top;
      wanted[`${name}.domain`] = [top - 1 / count + below, top - above];
      wanted[`${name}.nticks`] = Math.max(2, Math.min(5, Math.floor(high / (24 * this.size))));
      wanted[`${name}.type`] = row.log ? "log" : "linear";
      for (const part of PARTS) wanted[`${name}.${part}`] = this.rule;
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
    const pointed = this.pointed && this.#stepsAt(this.pointed.place);
    overlay.move((context) => {
      const x = overlay.scale("x");
      if (pointed) this.#upright(context, overlay.pixel("x", this.pointed.place), this.quiet);
      // One cursor, or one for each run that gets through its steps at a pace of its own.
      const cursors = new Map(this.runs.map(({ xs, look }) => [xs === undefined ? NaN : Math.round(overlay.pixel("x", placeOf(xs, at))), look]));
      for (const [px, { colour }] of cursors) {
        if (px >= x.from - 1 && px <= x.to + 1) this.#upright(context, px, cursors.size > 1 ? colour : this.ink);
      }
      if (!cursors.size) this.#upright(context, overlay.pixel("x", at), this.ink);
      const k = Math.floor(at);
      for (const line of this.lines) {
        if (line.faint) continue;
        if (at >= line.first) this.#mark(context, line, placeOf(line.xs, at), line.ys[k]);
        const step = pointed?.[line.run];
        if (step !== undefined && step !== null) this.#mark(context, line, placeOf(line.xs, step), line.ys[step], 0.5);
      }
      if (this.knots.axis) this.knots.draw(context, this.knots.axis);
    });
    this.#read(pointed);
  }

  // A line through all charts.
  #upright(context, px, colour) {
    context.fillStyle = colour;
    for (const { axis } of this.rows) {
      const y = this.overlay.scale(axis);
      context.fillRect(Math.round(px - 0.5), y.from, 1, y.to - y.from);
    }
  }

  #mark(context, line, place, value, alpha = 1) {
    const { overlay } = this;
    const py = overlay.pixel(line.yaxis, value);
    if (!Number.isFinite(py) || !line.look.marker) return;
    const x = overlay.scale("x");
    context.save();
    clip(context, { from: x.from - 6, to: x.to + 6 }, overlay.scale(line.yaxis));
    context.globalAlpha = alpha;
    outline(context, line.look.marker, overlay.pixel("x", place), py, 3.5 * this.size);
    context.fillStyle = line.look.colour;
    context.fill();
    context.restore();
  }

  // The step of every run at a place of the horizontal axis, by its number.
  #stepsAt(place) {
    const last = this.trails.have - 1;
    return Object.fromEntries(this.runs.map(({ i, xs }) => [i, xs === undefined ? null : stepAt(xs, place, last)]));
  }

  // The step that somebody means who points there: that of the line next to it.
  #stepNear(px, py) {
    const place = this.overlay.value("x", px);
    const last = this.trails.have - 1;
    if (this.runs.every(({ xs }) => !xs)) return Math.round(place);
    const away = ({ yaxis, xs, ys }) => {
      const step = stepAt(xs, place, last);
      const off = step === null ? NaN : Math.abs(this.overlay.pixel(yaxis, ys[step]) - py);
      return { step, off: Number.isFinite(off) ? off : Infinity };
    };
    return this.lines.map(away).reduce((best, one) => (one.off < best.off ? one : best), { step: null, off: Infinity }).step;
  }

  // The numbers of all runs where the pointer is, in the chart that it is in. Who has none reads them
  // at the cursor, in the table of the step.
  #read(pointed) {
    this.box.querySelector(".pointed")?.remove();
    const shown = pointed ? this.runs.filter(({ i }) => pointed[i] !== null) : [];
    if (!shown.length) return;
    const { place, px, py } = this.pointed;
    const { clientWidth: wide, clientHeight: high } = this.box;
    const { over } = this.told.view;
    const { key } = this.rows[Math.max(0, Math.min(this.rows.length - 1, Math.floor((py / (high - 34)) * this.rows.length)))];
    const table = document.createElement("table");
    const row = (...texts) => {
      const { cells } = table.insertRow();
      for (const text of texts) table.rows[table.rows.length - 1].insertCell().append(text);
      return cells;
    };
    const said = over === "steps" ? "" : `${over.slice(0, -1)} ${format(place, 3)}`;
    row(said || `step ${pointed[shown[0].i]}`, this.#named(ROWS[key].short), ...(said ? ["step"] : []));
    for (const { i, name, look } of shown.slice(0, MOST_READ)) {
      const line = this.lines.find((one) => one.run === i && one.row.key === key);
      const cells = row(`${look.glyph} ${name}`, line ? format(line.ys[pointed[i]], 3) : "…", ...(said ? [String(pointed[i])] : []));
      cells[0].style.color = look.colour;
    }
    if (shown.length > MOST_READ) row(`and ${shown.length - MOST_READ} more`);
    table.className = "pointed";
    table.setAttribute("aria-hidden", "true");
    this.box.append(table);
    // Beside the pointer, on the side that has room.
    const left = px > wide / 2 ? px - table.offsetWidth - 12 : px + 12;
    table.style.left = `${left}px`;
    table.style.top = `${Math.max(0, Math.min(py - table.offsetHeight / 2, high - table.offsetHeight))}px`;
  }
}

// Where a coordinate is worth following: the picture, and half of it on each side.
function around(range) {
  if (!range) return null;
  const half = (range[1] - range[0]) / 2;
  return [range[0] - half, range[1] + half];
}

// A logarithmic range with what of some bounds is no farther from it than a factor of a hundred: the
// bound of a run that diverges goes to nothing.
export function beside(range, bounds) {
  if (!range) return range;
  let [low, high] = range;
  for (const ys of bounds) {
    for (const y of ys ?? []) {
      const at = Math.log10(y);
      if (!(Math.abs(at - Math.min(Math.max(at, range[0]), range[1])) <= 2)) continue;
      low = Math.min(low, at - 0.15);
      high = Math.max(high, at + 0.15);
    }
  }
  return [low, high];
}

// The range of an axis for these numbers, the first `have` of each: what lies more than a hundred
// times above the highest start is left out of it, so that one diverging run does not flatten the
// others, or what is not `within` a range. On a logarithmic axis in powers of ten, at most 16 of
// them; null for no numbers.
export function span(all, have, log, within = null) {
  let [low, high, start] = [Infinity, -Infinity, 0];
  for (const ys of all) {
    const first = Number.isFinite(ys[0]) ? ys[0] : ys[1]; // the rate begins with the first step
    if (first > start && first < Infinity) start = first;
  }
  const most = start > 0 ? start * (log ? 100 : 1.5) : Infinity;
  for (const ys of all) {
    for (let i = 0; i < have; i++) {
      const y = ys[i];
      if (within ? !(y >= within[0] && y <= within[1]) : !(y <= most) || (log ? !(y > 0) : !Number.isFinite(y))) continue;
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  if (low > high) return null;
  if (!log) {
    if (!within) low = Math.max(low, high - 4 * Math.max(Math.abs(high), start, 1e-12));
    const margin = (high - low || Math.abs(high) || 1) * 0.06;
    return [low - margin, high + margin];
  }
  const top = Math.log10(high) + 0.15;
  return [Math.max(Math.log10(low) - 0.15, top - 16), top];
}
