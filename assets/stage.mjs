// The stage: the contours, once; over them the trails, the heads and the start.

import { look, outline } from "./looks.mjs";
import { clip, Overlay } from "./overlay.mjs";

const FEW = 300; // steps up to which each is marked by a dot

const CONFIG = {
  displaylogo: false,
  responsive: true,
  scrollZoom: true,
  doubleClick: "reset",
  plotlyServerURL: "",
  showTips: false,
  // A zoomed box would be of another shape than the plot, and the axes would not be equal any more.
  modeBarButtonsToRemove: ["zoom2d", "select2d", "lasso2d", "autoScale2d", "sendChartToCloud"],
  toImageButtonOptions: { filename: "ravine", scale: 2 },
};

export class Stage {
  // `setStart(x, y, final)` is told where somebody puts the start, before the surface is turned.
  constructor(box, setStart) {
    this.box = box;
    this.setStart = setStart;
    this.figure = null;
    this.panels = false;
    this.runs = []; // {look, name, visible, place}
    this.shown = [];
    this.start = [0, 0];
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
  }

  // The contours on one plot, or once more for each run, with the same axes.
  arrange() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [surface, ...landmarks] = this.figure.data;
    const count = this.panels ? Math.max(this.shown.length, 1) : 1;
    const narrow = this.box.clientWidth < 500;
    const bar = count === 1 && !narrow;
    const margin = { l: narrow ? 34 : 44, r: bar ? 66 : 10, t: narrow ? 30 : 10, b: narrow ? 24 : 30 };
    const { xaxis, yaxis, ...base } = this.figure.layout;
    const layout = {
      ...base,
      margin,
      font: { color: colour("--ink-quiet"), family: colour("--type"), size: 12 },
      annotations: [],
      modebar: { bgcolor: "transparent", color: colour("--ink-quiet"), activecolor: colour("--ink") },
      uirevision: `${this.figure.landscape.split(",")[0]} ${count}`,
    };
    const boxes = tiles(count, {
      width: this.box.clientWidth - margin.l - margin.r,
      height: this.box.clientHeight - margin.t - margin.b,
      aspect: (xaxis.range[1] - xaxis.range[0]) / (yaxis.range[1] - yaxis.range[0]),
      gap: [40, 46],
    });
    const traces = [];
    boxes.forEach((box, i) => {
      const place = axes(i);
      const line = { linecolor: colour("--rule"), tickcolor: colour("--rule") };
      layout[place.xaxis.replace("x", "xaxis")] = {
        ...xaxis, ...line, range: [...xaxis.range], domain: box.x, anchor: place.yaxis, ...(i && { matches: "x" }),
      };
      layout[place.yaxis.replace("y", "yaxis")] = {
        ...yaxis, ...line, range: [...yaxis.range], domain: box.y, anchor: place.xaxis, ...(i && { matches: "y" }),
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
        traces.push({ ...mark, ...place, marker: { ...mark.marker, color: colour("--ink"), line: edge } });
      }
      if (this.panels && this.shown[i]) {
        layout.annotations.push({
          text: escape(this.shown[i].name),
          font: { size: 12, color: colour("--ink") },
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
    for (const run of this.shown) {
      const { colour: ink, dash } = look(run.look, style);
      traces.push({
        ...run.place,
        type: "scatter",
        mode: "lines",
        uid: `trail-${run.look}`,
        name: escape(run.name),
        line: { color: ink, width: 2, dash: dash.length ? dash.map((d) => `${d}px`).join(",") : "solid" },
        x: [],
        y: [],
        hovertemplate:
          "%{fullData.name}, step %{customdata[0]}<br>(%{x:.5g}, %{y:.5g})<br>f %{customdata[1]:.5g}<extra></extra>",
      });
    }
    this.unsettle();
    const chart = this.box.querySelector(".chart");
    globalThis.Plotly.react(chart, traces, layout, CONFIG);
    if (!this.overlay) {
      this.overlay = new Overlay(chart, () => this.redraw());
      this.#pointers(chart);
    }
  }

  show(trails) {
    if (!this.overlay) return;
    const style = getComputedStyle(document.documentElement);
    this.trails = trails;
    this.overlay.halo = style.getPropertyValue("--halo").trim();
    this.ink = style.getPropertyValue("--ink").trim();
    this.overlay.dots = trails.steps <= FEW;
    this.overlay.setLines(
      this.runs.flatMap((run, i) =>
        run.visible && trails.runs[i]
          ? [{ ...run.place, xs: trails.runs[i].x, ys: trails.runs[i].y, look: look(run.look, style), width: 2, run: i }]
          : [],
      ),
    );
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
    if (!this.settled) overlay.draw(Math.floor(at));
    overlay.move((context) => {
      for (const place of this.#places()) if (overlay.has(place)) this.#startMark(context, place);
      for (const line of overlay.lines) if (overlay.has(line)) this.#head(context, line, at);
    });
  }

  #startMark(context, { xaxis, yaxis }) {
    const { overlay } = this;
    const [x, y] = [overlay.pixel(xaxis, this.start[0]), overlay.pixel(yaxis, this.start[1])];
    context.save();
    clip(context, overlay.scale(xaxis), overlay.scale(yaxis));
    for (const [width, colour] of [[4, overlay.halo], [1.8, this.ink]]) {
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
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
        context.stroke();
        context.restore();
      }
      [px, py] = [qx, qy];
    }
    const x = overlay.scale(line.xaxis);
    const y = overlay.scale(line.yaxis);
    if (px < x.from || px > x.to || py < y.from || py > y.to) arrow(context, x, y, px, py, line.look);
    else {
      outline(context, line.look.marker, px, py, 5.5);
      context.fillStyle = line.look.colour;
      context.fill();
      context.lineWidth = 1.6;
      context.strokeStyle = "#10151c";
      context.stroke();
      context.beginPath();
      context.arc(px, py, 1.6, 0, 2 * Math.PI);
      context.fillStyle = "#fff";
      context.fill();
    }
  }

  // At rest the trails are Plotly's: for its labels, its zoom and its pictures.
  settle() {
    const { overlay, trails } = this;
    if (!overlay?.lines.length || this.settled || !overlay.chart.data) return;
    const k = Math.floor(this.at);
    const cut = (numbers) => numbers.slice(0, k + 1);
    const indices = overlay.lines.map((_, i) => this.firstTrail + i);
    if (overlay.chart.data.length !== this.firstTrail + overlay.lines.length) return;
    this.settled = true;
    globalThis.Plotly.restyle(
      overlay.chart,
      {
        x: overlay.lines.map((line) => cut(line.xs)),
        y: overlay.lines.map((line) => cut(line.ys)),
        customdata: overlay.lines.map((line) => {
          const gap = trails.runs[line.run].gap;
          return Array.from({ length: k + 1 }, (_, i) => [i, trails.lowest + gap[i]]);
        }),
      },
      indices,
    );
    this.box.classList.add("settled");
    overlay.clear();
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
        const start = [this.overlay.pixel(place.xaxis, this.start[0]), this.overlay.pixel(place.yaxis, this.start[1])];
        return { px, py, x, y, place, near: Math.hypot(px - start[0], py - start[1]) < 24 };
      }
      return null;
    };
    const put = (spot, final) => {
      const { x, y, place } = spot;
      const [u, v] = this.unturn([this.overlay.value(place.xaxis, spot.px), this.overlay.value(place.yaxis, spot.py)]);
      this.setStart(tidy(u, x.unit), tidy(v, y.unit), final);
    };
    const far = (a, b) => Math.hypot(a.px - b.px, a.py - b.py);

    chart.addEventListener("pointerdown", (event) => {
      const from = locate(event);
      if (!from || event.button || event.target.closest(".modebar, .colorbar")) return;
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
        else if (drags) this.setStart(...this.unturn(this.start), true);
      };
      window.addEventListener("pointermove", move, true);
      window.addEventListener("pointerup", up, true);
      window.addEventListener("pointercancel", up, true);
    }, true);
    chart.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && locate(event.touches[0])?.near) event.preventDefault();
    }, { passive: false, capture: true });
  }

  #places() {
    return this.panels && this.shown.length ? this.shown.map((run) => run.place) : [axes(0)];
  }
}

// As many digits as a pixel is worth.
function tidy(value, unit) {
  const digits = Math.max(0, Math.ceil(Math.log10(Math.abs(unit))));
  return Number(value.toFixed(Math.min(digits, 12)));
}

function axes(i) {
  const n = i ? String(i + 1) : "";
  return { xaxis: `x${n}`, yaxis: `y${n}` };
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
function arrow(context, x, y, px, py, { colour }) {
  const [cx, cy] = [(x.from + x.to) / 2, (y.from + y.to) / 2];
  const [dx, dy] = [px - cx, py - cy];
  const share = Math.min((x.to - x.from - 22) / 2 / Math.abs(dx), (y.to - y.from - 22) / 2 / Math.abs(dy));
  if (!Number.isFinite(share)) return;
  context.save();
  context.translate(cx + dx * share, cy + dy * share);
  context.rotate(Math.atan2(dy, dx));
  context.beginPath();
  context.moveTo(9, 0);
  context.lineTo(-6, -6);
  context.lineTo(-2, 0);
  context.lineTo(-6, 6);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = "#10151c";
  context.lineWidth = 1.4;
  context.fill();
  context.stroke();
  context.restore();
}

function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
