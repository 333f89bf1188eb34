// The stage: the contours, once; over them the trails, the heads and the start.

import { numbers } from "./decode.mjs";
import { draft } from "./draft.mjs";
import { drawField } from "./field.mjs";
import { FAINT, pieces } from "./forks.mjs";
import { dart, head, look, outline, scales } from "./looks.mjs";
import { clip, Overlay } from "./overlay.mjs";
import { arrowLines, drawArrows, drawEllipses } from "./inspector.mjs";
import { cloudAt, drawCloud } from "./repeats.mjs";

const FEW = 300; // steps up to which each is marked by a dot

const CONFIG = {
  displaylogo: false,
  responsive: true,
  scrollZoom: true,
  doubleClick: false, // Plotly would put back the range of the first picture there was
  plotlyServerURL: "",
  showTips: false,
  // A zoomed box would be of another shape than the plot, and the axes would not be equal any more.
  modeBarButtonsToRemove: ["zoom2d", "select2d", "lasso2d", "autoScale2d", "resetScale2d", "sendChartToCloud"],
  toImageButtonOptions: { filename: "ravine", scale: 2 },
};

export class Stage {
  // `setStart(x, y, final)` is told where somebody puts the start, before the surface is turned, and
  // `moved()` that another part of the plane is seen.
  constructor(box, setStart, moved) {
    Object.assign(this, { box, setStart, moved });
    this.figure = null;
    this.panels = false;
    this.runs = []; // {look, name, visible, place}
    this.shown = [];
    this.start = null; // where all runs start; null where each has a start of its own
    this.repeats = []; // those of repeats.mjs, as the runs
    this.draft = null; // a figure that takes the place of the contours while they are dragged
    this.seen = null; // the lines of seen.mjs
    this.field = null; // the arrows of field.mjs
    this.hover = null; // the step that is pointed at elsewhere, by the number of the run
    this.inspected = null; // the step that inspector.mjs shows
    this.turned = [[0, 0], [1, 0]]; // where a rotation takes the origin and the first axis
    this.settled = false;
  }

  turn([x, y]) {
    const [[ox, oy], [ex, ey]] = this.turned;
    const [c, s] = [ex - ox, ey - oy];
    return [ox + c * x - s * y, oy + s * x + c * y];
  }

  unturn([x, y]) {
    const [[ox, oy], [ex, ey]] = this.turned;
    const [c, s] = [ex - ox, ey - oy];
    return [c * (x - ox) + s * (y - oy), c * (y - oy) - s * (x - ox)];
  }

  // Which runs there are, and on which axes each is drawn.
  setRuns(runs, panels) {
    this.runs = runs;
    this.panels = panels;
    this.shown = runs.filter((run) => run.visible);
    this.shown.forEach((run, i) => (run.place = axes(panels ? i : 0)));
    this.pieces = pieces(runs, panels);
  }

  // The contours on one plot, or once more for each run, with the same axes.
  arrange() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const { pen, size } = scales(style);
    const [surface, ...landmarks] = this.figure.data;
    const count = this.panels ? Math.max(this.shown.length, 1) : 1;
    const narrow = this.box.clientWidth < 500;
    const bar = count === 1 && !narrow;
    const margin = { l: size * (narrow ? 42 : 48), r: bar ? size * 66 : 10, t: narrow ? 30 : 10, b: size * 34 };
    const { xaxis, yaxis, ...base } = this.figure.layout;
    const layout = {
      ...base,
      margin,
      font: { color: colour("--ink-quiet"), family: colour("--type"), size: 12 * size },
      annotations: [],
      modebar: { bgcolor: "transparent", color: colour("--ink-quiet"), activecolor: colour("--ink") },
      uirevision: `${this.figure.landscape.split(",")[0]} ${count}`,
    };
    const boxes = tiles(count, {
      width: this.box.clientWidth - margin.l - margin.r,
      height: this.box.clientHeight - margin.t - margin.b,
      aspect: aspect(xaxis.range, yaxis.range),
      gap: [40, 46],
    });
    const font = { size: 12 * size };
    const named = ({ title }) => ({ title: count > 1 ? {} : { ...title, font } }); // between panels is no room
    const traces = [];
    boxes.forEach((box, i) => {
      const place = axes(i);
      const line = { linecolor: colour("--rule"), tickcolor: colour("--rule") };
      layout[place.xaxis.replace("x", "xaxis")] = {
        ...xaxis, ...line, ...named(xaxis), range: [...xaxis.range], domain: box.x, anchor: place.yaxis, ...(i && { matches: "x" }),
      };
      layout[place.yaxis.replace("y", "yaxis")] = {
        ...yaxis, ...line, ...named(yaxis), range: [...yaxis.range], domain: box.y, anchor: place.xaxis, ...(i && { matches: "y" }),
      };
      traces.push({
        ...surface,
        ...place,
        colorscale: [0, 1, 2, 3].map((stop) => [stop / 3, colour(`--ramp-${stop}`)]),
        line: { ...surface.line, color: colour("--contour") },
        colorbar: { ...surface.colorbar, x: box.x[1] + 0.01, tickfont: { color: colour("--ink-quiet") } },
        showscale: bar,
      });
      for (const mark of landmarks) {
        const edge = { ...mark.marker.line, color: colour("--ink") };
        const sizes = Array.from(numbers(mark.marker.size), (each) => each * size);
        traces.push({ ...mark, ...place, marker: { ...mark.marker, size: sizes, opacity: 1, color: colour("--ink"), line: edge } });
      }
      if (this.panels && this.shown[i]) {
        layout.annotations.push({
          text: escape(this.shown[i].name),
          font: { ...font, color: colour("--ink") },
          xref: `${place.xaxis} domain`,
          yref: `${place.yaxis} domain`,
          x: 0,
          y: 1,
          xanchor: "left",
          yanchor: "bottom",
          showarrow: false,
        });
      }
    });
    this.firstTrail = traces.length;
    for (const { run: i, faint } of this.pieces) {
      const run = this.runs[i];
      const { colour: ink, dash } = look(run.look, style);
      traces.push({
        ...run.place,
        type: "scatter",
        mode: "lines",
        uid: `trail-${run.look}${faint ? "-ghost" : ""}`,
        opacity: faint ? FAINT : 1,
        name: escape(run.name),
        line: { color: ink, width: 2 * pen, dash: dash.length ? dash.map((d) => `${d}px`).join(",") : "solid" },
        x: [],
        y: [],
        hovertemplate:
          "%{fullData.name}, step %{customdata[0]}<br>(%{x:.5g}, %{y:.5g})<br>f %{customdata[1]:.5g}<extra></extra>",
      });
    }
    this.unsettle();
    const chart = this.box.querySelector(".chart");
    this.config ??= {
      ...CONFIG,
      modeBarButtonsToAdd: [{ name: "whole", title: "Whole picture", icon: globalThis.Plotly.Icons.home, click: () => this.whole() }],
    };
    globalThis.Plotly.react(chart, traces, layout, this.config);
    if (!this.overlay) {
      this.overlay = new Overlay(chart, () => this.redraw());
      this.overlay.under = (context) => {
        this.#draft(context);
        this.#field(context);
      };
      chart.on("plotly_relayout", this.moved);
      this.#pointers(chart);
    }
  }

  show(trails) {
    if (!this.overlay) return;
    const style = getComputedStyle(document.documentElement);
    this.trails = trails;
    this.overlay.halo = style.getPropertyValue("--halo").trim();
    [this.ink, this.quiet, this.type, this.downhill] = ["--ink", "--ink-quiet", "--type", "--field"].map((name) => style.getPropertyValue(name).trim());
    const { pen, size } = scales(style);
    this.size = size;
    this.overlay.dots = trails.steps <= FEW;
    this.overlay.setLines(
      this.pieces.flatMap((piece) => {
        const [run, trail] = [this.runs[piece.run], trails.runs[piece.run]];
        return trail ? [{ ...run.place, ...piece, xs: trail.x, ys: trail.y, look: look(run.look, style), width: 2 * pen, fork: run.fork?.step }] : [];
      }),
    );
  }

  // The ranges that somebody has zoomed to; null where the picture is as it was made.
  get zoomed() {
    const plain = this.overlay?.chart._fullLayout;
    if (!plain?.xaxis) return null;
    const axes = [plain.xaxis, plain.yaxis].map(({ range }, i) => [range, this.figure.layout["xy"[i] + "axis"].range]);
    const moved = ([now, [low, high]]) => Math.max(Math.abs(now[0] - low), Math.abs(now[1] - high)) > 1e-6 * (high - low);
    return axes.some(moved) ? axes.map(([now]) => [...now]) : null;
  }

  // The picture as it was made; the axes of panels go with the first.
  whole() {
    const { xaxis, yaxis } = this.figure.layout;
    globalThis.Plotly.relayout(this.overlay.chart, { "xaxis.range": [...xaxis.range], "yaxis.range": [...yaxis.range] });
  }

  redraw() {
    if (this.overlay && this.trails && this.at !== undefined) this.draw(this.at);
  }

  // Trails and heads at a step, which may have a fraction.
  draw(at) {
    const { overlay } = this;
    if (at !== this.at) this.unsettle();
    this.at = at;
    if (!overlay || !this.trails) return;
    if (!this.settled || this.field) overlay.draw(Math.floor(at));
    overlay.move((context) => {
      const lines = overlay.lines.filter((line) => overlay.has(line) && !line.faint);
      for (const line of lines) this.#seen(context, line);
      for (const line of lines) this.#repeated(context, line, at);
      for (const place of this.#places()) {
        if (overlay.has(place)) for (const start of this.#starts(place)) this.#startMark(context, place, start);
      }
      for (const line of lines) if (at >= line.fork) this.#fork(context, line);
      for (const line of lines) if (at >= line.first) this.#head(context, line, at);
      for (const line of lines) this.#ring(context, line, this.hover?.[line.run]);
      for (const line of lines) this.#arrows(context, line, at);
    });
  }

  // The one start, or those of the runs on a plot.
  #starts({ xaxis }) {
    if (this.start) return [this.start];
    const lines = this.overlay.lines.filter((line) => line.xaxis === xaxis);
    const each = new Map(lines.map(({ xs, ys }) => [`${xs[0]},${ys[0]}`, [xs[0], ys[0]]]));
    return [...each.values()];
  }

  // Other contours for the moment, with their minima; null for those of Plotly again.
  hurry(figure) {
    if (figure === (this.draft?.figure ?? null)) return;
    this.unsettle();
    const style = getComputedStyle(document.documentElement);
    const colours = [0, 1, 2, 3].map((stop) => style.getPropertyValue(`--ramp-${stop}`).trim());
    const line = style.getPropertyValue("--contour").trim();
    this.draft = figure && { ...draft(figure, this.figure.layout.meta.levels, colours, line), figure };
  }

  #draft(context) {
    if (!this.draft) return;
    const { canvas, x, y, minima } = this.draft;
    const { overlay } = this;
    for (const { xaxis, yaxis } of this.#places()) {
      const [left, right] = x.map((value) => overlay.pixel(xaxis, value));
      const [bottom, top] = y.map((value) => overlay.pixel(yaxis, value));
      context.save();
      clip(context, overlay.scale(xaxis), overlay.scale(yaxis));
      context.drawImage(canvas, left, top, right - left, bottom - top);
      context.fillStyle = this.ink;
      for (const [u, v] of minima) {
        outline(context, "star", overlay.pixel(xaxis, u), overlay.pixel(yaxis, v), 6 * this.size);
        context.fill();
      }
      context.restore();
    }
  }

  // Under the trails, on every plot.
  #field(context) {
    const { field, overlay } = this;
    const { figure } = this.draft ?? this;
    if (field?.landscape.split(",")[0] !== figure.landscape.split(",")[0]) return;
    const ranges = figure.layout.meta.domain;
    for (const place of this.#places()) if (overlay.has(place)) drawField(context, overlay, place, ranges, field, this.downhill);
  }

  // The surface as a run sees it at this step.
  #seen(context, line) {
    if (this.seen?.look !== String(this.runs[line.run].look)) return;
    const { overlay } = this;
    const [[x0, x1], [y0, y1]] = (this.draft ?? this).figure.layout.meta.domain;
    context.save();
    clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
    context.beginPath();
    for (const ring of this.seen.lines) {
      ring.forEach(([u, v], i) => {
        const [px, py] = [overlay.pixel(line.xaxis, x0 + u * (x1 - x0)), overlay.pixel(line.yaxis, y0 + v * (y1 - y0))];
        if (i) context.lineTo(px, py);
        else context.moveTo(px, py);
      });
    }
    context.setLineDash([5, 3]);
    context.lineWidth = 1.2;
    context.strokeStyle = line.look.colour;
    context.stroke();
    context.restore();
  }

  // Where a run's repeats are by now, and the path of their median.
  #repeated(context, line, at) {
    const repeats = this.repeats[line.run];
    if (!repeats?.marks.length) return;
    const { overlay } = this;
    const pixel = (x, y) => [overlay.pixel(line.xaxis, x), overlay.pixel(line.yaxis, y)];
    context.save();
    clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
    drawCloud(context, cloudAt(repeats.clouds, at).map(([x, y]) => pixel(x, y)), line.look.colour);
    context.beginPath();
    for (let i = 0; repeats.marks[i] <= at; i++) context.lineTo(...pixel(repeats.x[i], repeats.y[i]));
    context.setLineDash([2, 2]);
    for (const [width, colour] of [[3.6, overlay.halo], [1.6, line.look.colour]]) {
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    context.restore();
  }

  #startMark(context, { xaxis, yaxis }, start) {
    const { overlay } = this;
    const [x, y] = [overlay.pixel(xaxis, start[0]), overlay.pixel(yaxis, start[1])];
    context.save();
    clip(context, overlay.scale(xaxis), overlay.scale(yaxis));
    for (const [width, colour] of [[4, overlay.halo], [1.8, this.ink]]) {
      context.beginPath();
      context.arc(x, y, 7 * this.size, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    context.restore();
  }

  // What the next step is made of, at the head of the run that is inspected.
  #arrows(context, line, at) {
    const told = this.inspected;
    if (told?.look !== String(this.runs[line.run].look) || told.step !== Math.floor(at) + 1) return;
    const { overlay } = this;
    const pixel = (x, y) => [overlay.pixel(line.xaxis, x), overlay.pixel(line.yaxis, y)];
    const colours = { ink: this.ink, quiet: this.quiet, halo: overlay.halo, colour: line.look.colour, type: this.type };
    context.save();
    clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
    const stretch = Math.abs(overlay.scale(line.yaxis).unit / overlay.scale(line.xaxis).unit);
    drawEllipses(context, pixel(...told.from), told, colours, stretch);
    drawArrows(context, arrowLines(told.arrows, pixel), colours);
    context.restore();
  }

  // Where a run goes on from another.
  #fork(context, line) {
    const { overlay } = this;
    const [px, py] = [overlay.pixel(line.xaxis, line.xs[line.fork]), overlay.pixel(line.yaxis, line.ys[line.fork])];
    if (!Number.isFinite(px + py)) return;
    context.save();
    clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
    outline(context, "diamond", px, py, 4.5 * this.size);
    context.fillStyle = overlay.halo;
    context.fill();
    context.lineWidth = 1.8;
    context.strokeStyle = line.look.colour;
    context.stroke();
    context.restore();
  }

  #head(context, line, at) {
    const { overlay } = this;
    const k = this.trails.lastFinite(line.run, at);
    let [px, py] = [overlay.pixel(line.xaxis, line.xs[k]), overlay.pixel(line.yaxis, line.ys[k])];
    const next = Math.min(k + 1, this.trails.have - 1);
    const fraction = at - Math.floor(at);
    if (k === Math.floor(at) && fraction > 0 && Number.isFinite(line.xs[next]) && Number.isFinite(line.ys[next])) {
      const qx = px + fraction * (overlay.pixel(line.xaxis, line.xs[next]) - px);
      const qy = py + fraction * (overlay.pixel(line.yaxis, line.ys[next]) - py);
      if (Math.abs(qx) < 1e5 && Math.abs(qy) < 1e5 && line.pen) {
        context.save();
        clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
        context.beginPath();
        context.moveTo(px, py);
        context.lineTo(qx, qy);
        context.strokeStyle = line.look.colour;
        context.lineWidth = line.width;
        if (at >= line.last) context.globalAlpha = FAINT;
        context.stroke();
        context.restore();
      }
      [px, py] = [qx, qy];
    }
    const x = overlay.scale(line.xaxis);
    const y = overlay.scale(line.yaxis);
    if (px < x.from || px > x.to || py < y.from || py > y.to) arrow(context, x, y, px, py, line.look);
    else head(context, line.look, px, py);
  }

  // Where a run was at the step that is pointed at.
  #ring(context, line, step) {
    const { overlay } = this;
    if (step === undefined || step === null) return;
    const [px, py] = [overlay.pixel(line.xaxis, line.xs[step]), overlay.pixel(line.yaxis, line.ys[step])];
    if (!Number.isFinite(px + py)) return;
    context.save();
    clip(context, overlay.scale(line.xaxis), overlay.scale(line.yaxis));
    for (const [width, colour] of [[4, overlay.halo], [2, line.look.colour]]) {
      context.beginPath();
      context.arc(px, py, 9 * this.size, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    context.restore();
  }

  // At rest the trails are Plotly's: for its labels, its zoom and its pictures.
  settle() {
    const { overlay, trails } = this;
    if (!overlay?.lines.length || this.settled || this.draft || !overlay.chart.data) return;
    const k = Math.floor(this.at);
    const cut = ({ first, last }, numbers) => numbers.slice(first, Math.min(k, last) + 1);
    const indices = overlay.lines.map((_, i) => this.firstTrail + i);
    if (overlay.chart.data.length !== this.firstTrail + overlay.lines.length) return;
    this.settled = true;
    globalThis.Plotly.restyle(
      overlay.chart,
      {
        x: overlay.lines.map((line) => cut(line, line.xs)),
        y: overlay.lines.map((line) => cut(line, line.ys)),
        customdata: overlay.lines.map((line) => {
          const gap = cut(line, trails.runs[line.run].gap);
          return Array.from(gap, (value, i) => [line.first + i, trails.lowest + value]);
        }),
      },
      indices,
    );
    this.box.classList.add("settled");
    if (!this.field) overlay.clear(); // else ours stay, since the field is over Plotly's
  }

  unsettle() {
    this.settled = false;
    this.box.classList.remove("settled");
  }

  // A click sets the start; dragging moves it, live. A finger moves it only from where it stands,
  // since elsewhere it scrolls the page. While Plotly zooms or pans, drags are Plotly's.
  #pointers(chart) {
    const locate = (event) => {
      const box = chart.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      for (const place of this.#places()) {
        const [x, y] = [this.overlay.scale(place.xaxis), this.overlay.scale(place.yaxis)];
        if (px < x.from || px > x.to || py < y.from || py > y.to) continue;
        const away = ([u, v]) => Math.hypot(px - this.overlay.pixel(place.xaxis, u), py - this.overlay.pixel(place.yaxis, v));
        return { px, py, x, y, place, near: this.#starts(place).some((start) => away(start) < 24) };
      }
      return null;
    };
    const put = (spot, final) => {
      const { x, y, place } = spot;
      const [u, v] = this.unturn([this.overlay.value(place.xaxis, spot.px), this.overlay.value(place.yaxis, spot.py)]);
      this.setStart(tidy(u, x.unit), tidy(v, y.unit), final);
    };
    const far = (a, b) => Math.hypot(a.px - b.px, a.py - b.py);
    const putBack = (start) => this.setStart(...this.unturn(start).map((value) => Number(value.toPrecision(12))), true);
    let first = { time: -Infinity }; // of two clicks

    chart.addEventListener("pointerdown", (event) => {
      const from = locate(event);
      if (!from || event.button || event.target.closest(".modebar, .colorbar")) return;
      if (event.timeStamp - first.time > 500) first = { time: event.timeStamp, start: this.start, zoomed: this.zoomed };
      const drags = !chart._fullLayout.dragmode && (event.pointerType === "mouse" || from.near);
      const move = (event) => {
        const to = locate(event);
        if (drags && to && far(from, to) > 3) put(to, false);
      };
      const up = (event) => {
        window.removeEventListener("pointermove", move, true);
        window.removeEventListener("pointerup", up, true);
        window.removeEventListener("pointercancel", up, true);
        const to = locate(event);
        if (event.type === "pointerup" && to && (drags || far(from, to) < 6)) put(to, true);
        else if (drags && this.start) putBack(this.start);
      };
      window.addEventListener("pointermove", move, true);
      window.addEventListener("pointerup", up, true);
      window.addEventListener("pointercancel", up, true);
    }, true);
    // Who doubles a click to see the whole picture again sets no start by it.
    chart.on("plotly_doubleclick", () => {
      if (!first.zoomed) return;
      this.whole();
      if (first.start) putBack(first.start);
    });
    chart.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && locate(event.touches[0])?.near) event.preventDefault();
    }, { passive: false, capture: true });
  }

  #places() {
    return this.panels && this.shown.length ? this.shown.map((run) => run.place) : [axes(0)];
  }
}

// As many digits as a pixel is worth.
export function tidy(value, unit) {
  const digits = Math.max(0, Math.ceil(Math.log10(Math.abs(unit))));
  return Number(value.toFixed(Math.min(digits, 12)));
}

function axes(i) {
  const n = i ? String(i + 1) : "";
  return { xaxis: `x${n}`, yaxis: `y${n}` };
}

// Width by height of a picture. Its axes have the same scale, but where that would leave a sliver.
const SLIVER = 3.5;

export function aspect([left, right], [below, top]) {
  const sides = (right - left) / (top - below);
  return sides > SLIVER || sides < 1 / SLIVER ? 1 : sides;
}

// Where `count` panels of one aspect go in a box of pixels, as large as they can be: domains {x, y},
// row by row from the top.
export function tiles(count, { width, height, aspect, gap: [across, down] }) {
  let best = { side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const head = count > 1 ? down / 2 : 0;
    const wide = (width - across * (columns - 1)) / columns;
    const high = (height - down * (rows - 1) - head) / rows;
    const side = Math.max(Math.min(wide, high * aspect), 1);
    if (side > best.side + 1e-9) best = { side, columns, rows, wide, high, head };
  }
  const { side, columns, rows, wide, high, head } = best;
  const clamp = (value) => Math.min(1, Math.max(0, value));
  return Array.from({ length: count }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const left = column * (wide + across) + (rows * columns > 1 ? 0 : (wide - side) / 2);
    const top = head + row * (high + down) + (high - side / aspect) / 2;
    return {
      x: [clamp(left / width), clamp((left + side) / width)],
      y: [clamp(1 - (top + side / aspect) / height), clamp(1 - top / height)],
    };
  });
}

// A run that is outside: where it went, at the picture's edge.
function arrow(context, x, y, px, py, look) {
  const [cx, cy] = [(x.from + x.to) / 2, (y.from + y.to) / 2];
  const [dx, dy] = [px - cx, py - cy];
  const share = Math.min((x.to - x.from - 22) / 2 / Math.abs(dx), (y.to - y.from - 22) / 2 / Math.abs(dy));
  if (Number.isFinite(share)) dart(context, look, cx + dx * share, cy + dy * share, Math.atan2(dy, dx));
}

function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
