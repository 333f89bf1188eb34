// The surface in three dimensions. Plotly draws what stands still, once; trails, heads and marks are
// drawn over it, through Plotly's camera, so that they move as fast as on the stage and never sink into
// the surface. Side by side each run has a copy of Plotly's picture, so that all are seen from the same
// side. Nothing of this is asked for before it is opened.

import { numbers } from "./decode.mjs";
import { FAINT } from "./forks.mjs";
import { gestures } from "./gestures.mjs";
import { arrowLines, drawArrows, drawEllipses, toScale } from "./inspector.mjs";
import { dart, head, look, outline, scales } from "./looks.mjs";
import { format } from "./numbers.mjs";
import { stroke } from "./overlay.mjs";
import { cloudAt, drawCloud } from "./repeats.mjs";
import { between, cut, height, lens, orbit, pick, project, Relief, Track, valueAt, within } from "./space.mjs";
import { aspect, tidy, tiles } from "./stage.mjs";

const FEW = 300; // steps up to which each is marked by a dot
const GAP = 4;
const [NUMBERS, NAMES] = [360, 240]; // pixels from which a panel has room for what stands at its axes
const CONFIG = {
  displayModeBar: false,
  responsive: false,
  scrollZoom: false,
  plotlyServerURL: "",
  showTips: false,
  plotGlPixelRatio: Math.min(2, devicePixelRatio),
};
const FACING = { eye: { x: 2.1, y: 0, z: -0.1 }, center: { x: 0, y: 0, z: -0.1 }, up: { x: 0, y: 0, z: 1 } };

// Room for the texts in the corners.
const wider = ([low, high]) => [low - 0.04 * (high - low), high + 0.04 * (high - low)];

let whole = null;

// All of Plotly, beside the part of it that draws the rest of the page.
function load() {
  const coming = () =>
    new Promise((resolve, reject) => {
      const part = globalThis.Plotly;
      const script = Object.assign(document.createElement("script"), { src: document.getElementById("plotly").dataset.whole });
      script.onload = () => {
        resolve(globalThis.Plotly);
        globalThis.Plotly = part;
      };
      script.onerror = () => {
        whole = null;
        script.remove();
        reject(new Error("no Plotly"));
      };
      document.head.append(script);
    });
  return (whole ??= coming());
}

// What shows in `box` what a Stage shows in the plane; null where there is no WebGL.
export async function open(box, stage) {
  const able = document.createElement("canvas").getContext("webgl");
  return able && new Scene(box, stage, await load());
}

class Scene {
  constructor(box, stage, plotly) {
    Object.assign(this, { box, stage, plotly });
    this.chart = box.querySelector(".chart");
    this.panels = []; // {left, top, width, height, title, lines}
    this.lines = []; // {track, look, width, run, drawn, length}, of all panels
    this.camera = null; // if somebody moved it
    this.matrix = null; // from the data to the pixels of any panel
    // Copies of Plotly's picture; lines to which is only ever added; what is drawn anew in every frame.
    [this.copies, this.lower, this.upper] = ["overlay copies", "overlay", "overlay"].map((className) => {
      const canvas = Object.assign(document.createElement("canvas"), { className });
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    });
    this.label = Object.assign(document.createElement("div"), { className: "pointed", hidden: true });
    box.append(this.copies, this.lower, this.upper, this.label);
    gestures(box, {
      move: (change) => this.#look(orbit(this.camera ?? this.#home(), change)),
      press: (spot) => this.#press(spot),
      hover: (spot) => this.#hover(spot),
      reset: () => this.#reset(),
      height: () => this.panels[0].height,
    });
    document.getElementById("reset-view").addEventListener("click", () => this.#reset());
  }

  // The surface and the runs that the stage has by now.
  show(trails) {
    const { figure, runs, shown, pieces } = this.stage;
    const style = getComputedStyle(document.documentElement);
    const { pen, size } = scales(style);
    this.box.hidden = false;
    this.panels = this.#places(style);
    const [{ left, top, width, height: high }] = this.panels;
    const side = Math.min(width, high) / size;
    [this.roomy, this.small] = [side >= NUMBERS, side < NAMES];
    Object.assign(this, { trails, size: size * (this.small ? 0.7 : 1) });
    [this.ink, this.quiet, this.halo, this.type] = ["--ink", "--ink-quiet", "--halo", "--type"].map((name) => style.getPropertyValue(name).trim());
    const seen = JSON.stringify([style.colorScheme, pen, devicePixelRatio, this.box.clientWidth, this.box.clientHeight, left, top, width, high]);
    if (figure !== this.figure || seen !== this.seen) {
      [this.figure, this.seen] = [figure, seen];
      this.#arrange(style);
    }
    const names = shown.map((run) => run.name).join(", ");
    this.box.setAttribute(
      "aria-label",
      `The landscape in three dimensions with ${names ? `the trails of ${names}${this.panels.length > 1 ? ", side by side" : ""}` : "no trails"}. ` +
        "Arrow keys turn it, with shift they move it, + and - zoom, 0 puts it back. The numbers of the step stand in the table.",
    );
    for (const piece of pieces) {
      const [run, trail] = [runs[piece.run], trails.runs[piece.run]];
      const panel = this.panels[this.stage.panels ? shown.indexOf(run) : 0];
      if (trail) panel.lines.push({ ...piece, fork: run.fork?.step, track: new Track(trail, trails.lowest, this.levels, this.floor), look: { ...look(run.look, style), size: this.size }, width: 2 * pen });
    }
    this.lines = this.panels.flatMap(({ lines }) => lines);
    this.#clear();
  }

  // The one panel of all runs, or those of each.
  #places(style) {
    const { clientWidth: width, clientHeight: height } = this.box;
    const { panels, shown } = this.stage;
    if (!panels || !shown.length) return [{ left: 0, top: 0, width, height, lines: [] }];
    const columns = new Set(tiles(shown.length, { width, height, aspect: 1, gap: [GAP, GAP] }).map(({ x }) => x[0])).size;
    const rows = Math.ceil(shown.length / columns);
    const [wide, high] = [(width + GAP) / columns, (height + GAP) / rows].map(Math.floor);
    return shown.map((run, i) => ({
      left: (i % columns) * wide,
      top: Math.floor(i / columns) * high,
      width: wide - GAP,
      height: high - GAP,
      title: [look(run.look, style), run.name],
      lines: [],
    }));
  }

  // Plotly lets go of the graphics card, which has few places; the camera stays.
  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.figure = this.matrix = null;
    this.label.hidden = true;
    const { gl } = this.scene?.glplot ?? {};
    this.scene = null;
    this.plotly.purge(this.chart);
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #arrange(style) {
    const colour = (name) => style.getPropertyValue(name).trim();
    const { pen, size } = scales(style);
    const [surface, ...landmarks] = this.figure.data;
    const { xaxis, yaxis, meta, template } = this.figure.layout;
    const top = meta.levels.length - 1;
    this.levels = meta.levels;
    this.floor = [xaxis.range, yaxis.range];
    const [across, up, z] = [surface.x, surface.y, surface.z].map(numbers);
    this.relief = new Relief(across, up, z);
    this.landmarks = landmarks.flatMap(({ name, x, y, customdata, marker }) => {
      const [xs, ys, fs, sizes] = [x, y, customdata, marker.size].map(numbers);
      return Array.from(xs, (x, i) => ({ name, size: sizes[i], point: [x, ys[i], height(this.levels, fs[i])] }));
    });
    const [{ left, top: below, width, height: high }] = this.panels;
    Object.assign(this.chart.style, { left: `${left}px`, top: `${below}px`, width: `${width}px`, height: `${high}px` });
    const ratio = devicePixelRatio;
    for (const canvas of [this.copies, this.lower, this.upper]) {
      const [wide, tall] = [this.box.clientWidth, this.box.clientHeight];
      Object.assign(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
      Object.assign(canvas.style, { width: `${wide}px`, height: `${tall}px` });
      canvas.getContext("2d").scale(ratio, ratio);
    }
    const [tickvals, ticktext] = [surface.colorbar.tickvals, surface.colorbar.ticktext].map((list) => Array.from(numbers(list)));
    const ticks = { tickvals: tickvals.filter((_, i) => i % 2 === 0), ticktext: ticktext.filter((_, i) => i % 2 === 0) };
    const axis = (text, range) => ({
      color: colour("--ink-quiet"), gridcolor: colour("--rule"), linecolor: colour("--rule"),
      zeroline: false, showspikes: false, showticklabels: this.roomy, title: { text: this.small ? "" : text }, range: wider(range),
    });
    const trace = {
      type: "surface",
      x: across,
      y: up,
      z: surface.z,
      hoverinfo: "skip",
      colorscale: [0, 1, 2, 3].map((stop) => [stop / 3, colour(`--ramp-${stop}`)]),
      cmin: 0,
      cmax: top,
      showscale: false,
      contours: {
        x: { highlight: false },
        y: { highlight: false },
        z: { ...surface.contours, size: this.small ? 2 : 1, show: true, highlight: false, color: colour("--contour"), width: pen },
      },
      lighting: { ambient: 0.8, diffuse: 0.45, specular: 0.04, roughness: 0.9, fresnel: 0 },
    };
    const wide = aspect(xaxis.range, yaxis.range);
    this.aspect = { x: Math.min(wide, 1), y: Math.min(1 / wide, 1), z: 0.5 };
    const layout = {
      template,
      width,
      height: high,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      font: { color: colour("--ink-quiet"), family: colour("--type"), size: 12 * size },
      paper_bgcolor: "rgba(0,0,0,0)",
      scene: {
        camera: this.camera ?? this.#home(),
        dragmode: false, // gestures.mjs turns it
        hovermode: false,
        aspectmode: "manual",
        aspectratio: this.aspect,
        xaxis: axis(xaxis.title.text, xaxis.range),
        yaxis: axis(yaxis.title.text, yaxis.range),
        zaxis: { ...axis(this.roomy ? "f" : "", [0, top]), ...ticks },
      },
    };
    this.matrix = null; // until Plotly has drawn it anew
    this.plotly.react(this.chart, [trace], layout, CONFIG).then(() => this.#ready());
  }

  #ready() {
    const scene = this.chart._fullLayout?.scene?._scene;
    if (scene && scene !== this.scene) this.#follow(scene);
    scene?.glplot.redraw();
  }

  // Whenever Plotly has drawn the scene, the trails follow its camera, and the copies its picture.
  #follow(scene) {
    this.scene = scene;
    scene.camera.delay = 0; // Plotly's own gestures glide
    const render = scene.render;
    scene.render = () => {
      render.call(scene);
      this.#moved();
      queueMicrotask(() => this.#copy()); // as soon as it is drawn, and before it is gone
    };
    // Nothing asks Plotly what lies under the pointer, so it need not paint that for every camera.
    const { glplot } = scene;
    for (const object of [...glplot.objects]) {
      glplot.remove(object);
      object.pickSlots = 0;
      glplot.add(object);
    }
  }

  #moved() {
    const { container, glplot, dataScale } = this.scene;
    const matrix = lens(glplot.cameraParams, dataScale, [container.clientWidth, container.clientHeight]);
    if (this.matrix?.every((value, i) => value === matrix[i])) return;
    this.matrix = matrix;
    this.label.hidden = true;
    this.#clear();
    if (this.at !== undefined) this.draw(this.at);
  }

  #copy() {
    const context = emptied(this.copies);
    for (const { left, top, width, height } of this.panels.slice(1)) {
      if (this.scene) context.drawImage(this.scene.glplot.canvas, left, top, width, height);
    }
  }

  #clear() {
    const context = emptied(this.lower);
    for (const line of this.lines) {
      line.drawn = line.first + 1; // points
      line.length = 0;
      line.track.forget();
    }
    if (!this.matrix) return;
    for (const panel of this.panels) {
      this.#inside(context, panel, () => {
        for (const { name, size, point } of this.landmarks) this.#landmark(context, name, (this.size * size) / 2, ...project(this.matrix, point));
        if (panel.title) this.#title(context, panel.title);
      });
    }
  }

  // Paint in a panel, from its corner.
  #inside(context, { left, top, width, height }, paint) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.translate(left, top);
    paint();
    context.restore();
  }

  #title(context, [{ glyph, colour, size }, name]) {
    context.font = `${12 * size}px ${this.type}`;
    for (const [text, x, fill] of [[glyph, 4, colour], [name, 4 + 16 * size, this.ink]]) {
      context.lineWidth = 3;
      context.strokeStyle = this.halo;
      context.strokeText(text, x, 14 * size);
      context.fillStyle = fill;
      context.fillText(text, x, 14 * size);
    }
  }

  #landmark(context, name, r, x, y) {
    if (name === "minimum") outline(context, "star", x, y, r);
    else {
      context.beginPath();
      for (const side of [-r, r]) {
        context.moveTo(x - r, y - side);
        context.lineTo(x + r, y + side);
      }
    }
    this.#drawn(context, 1.5);
    if (name === "minimum") context.fill();
  }

  // The path in a colour, with a halo.
  #drawn(context, width, colour = this.ink) {
    const dash = context.getLineDash();
    for (const [wide, style] of [[width + 2.2, this.halo], [width, colour]]) {
      context.setLineDash(style === colour ? dash : []);
      context.lineWidth = wide;
      context.strokeStyle = context.fillStyle = style;
      context.stroke();
    }
  }

  // Of arrows of which only the directions count the longest gets a length, over which the surface is
  // flat; all others keep theirs beside it.
  #shortened(arrows, length) {
    const longest = Math.max(...arrows.filter((arrow) => !toScale(arrow)).map(({ vector }) => Math.hypot(...vector)));
    return arrows.map((arrow) => (toScale(arrow) ? arrow : { ...arrow, vector: arrow.vector.map((value) => (value === null ? null : (value * length) / longest)) }));
  }

  // Trails, heads and marks at a step, which may have a fraction.
  draw(at) {
    this.at = at;
    if (!this.matrix || !this.trails?.have) return;
    at = Math.min(at, this.trails.have - 1); // the camera may move before new trails have come as far
    const k = Math.floor(at);
    if (this.lines.some(({ drawn, first }) => drawn > Math.max(first, k) + 1)) this.#clear();
    const [lower, upper] = [this.lower.getContext("2d"), emptied(this.upper)];
    for (const panel of this.panels) {
      this.#inside(lower, panel, () => {
        for (const line of panel.lines) this.#extend(lower, line, Math.min(k, line.last));
      });
      this.#inside(upper, panel, () => this.#marks(upper, panel.lines, at));
    }
  }

  // What the stage has at the runs of a plot, in its order.
  #marks(context, lines, at) {
    const { hover } = this.stage;
    const own = lines.filter((line) => !line.faint);
    for (const line of own) this.#seen(context, line);
    for (const line of own) this.#repeated(context, line, at);
    for (const start of this.#starts(lines)) this.#ring(context, start, 7);
    for (const line of own) if (at >= line.fork) this.#fork(context, line);
    for (const line of own) if (at >= line.first) this.#head(context, line, at);
    for (const line of own) {
      const step = hover?.[line.run] ?? null;
      if (step !== null) this.#ring(context, line.track.point(step), 9, line.look.colour);
    }
    for (const line of own) this.#inspected(context, line, at);
  }

  #ring(context, point, radius, colour) {
    if (!this.#holds(point)) return;
    const [x, y] = project(this.matrix, point);
    context.beginPath();
    context.arc(x, y, radius * this.size, 0, 2 * Math.PI);
    this.#drawn(context, 1.8, colour);
  }

  // A point of the plane on the surface.
  #onto([x, y]) {
    return [x, y, this.relief.height(x, y)];
  }

  // A way on the surface, as a path.
  #way(context, points) {
    let [last, pen] = [null, []];
    for (const point of points.map((point) => this.#onto(point))) {
      const [ax, ay, bx, by] = last ? cut(this.matrix, this.floor, last, point) : [];
      last = point;
      if (!Number.isFinite(ax + bx)) continue;
      if (pen[0] !== ax || pen[1] !== ay) context.moveTo(ax, ay);
      context.lineTo(bx, by);
      pen = [bx, by];
    }
  }

  // The surface as a run meets it at this step.
  #seen(context, { run, look: { colour } }) {
    const { seen, runs } = this.stage;
    if (seen?.look !== String(runs[run].look)) return;
    context.save();
    context.beginPath();
    const [[x0, x1], [y0, y1]] = this.floor;
    for (const ring of seen.lines) this.#way(context, ring.map(([u, v]) => [x0 + u * (x1 - x0), y0 + v * (y1 - y0)]));
    context.setLineDash([5, 3]);
    context.lineWidth = 1.2;
    context.strokeStyle = colour;
    context.stroke();
    context.restore();
  }

  // Where a run's repeats are by now, and the path of their median.
  #repeated(context, { run, look: { colour } }, at) {
    const repeats = this.stage.repeats[run];
    if (!repeats?.marks.length) return;
    const cloud = cloudAt(repeats.clouds, at).map((point) => this.#onto(point)).filter((point) => this.#holds(point));
    drawCloud(context, cloud.map((point) => project(this.matrix, point)), colour);
    context.save();
    context.beginPath();
    this.#way(context, repeats.marks.filter((mark) => mark <= at).map((_, i) => [repeats.x[i], repeats.y[i]]));
    context.setLineDash([2, 2]);
    this.#drawn(context, 1.6, colour);
    context.restore();
  }

  // Where a run goes on from another.
  #fork(context, { fork, track, look: { colour } }) {
    const point = track.point(fork);
    if (!this.#holds(point)) return;
    outline(context, "diamond", ...project(this.matrix, point), 4.5 * this.size);
    context.fillStyle = this.halo;
    context.fill();
    context.lineWidth = 1.8;
    context.strokeStyle = colour;
    context.stroke();
  }

  // What the next step is made of, at the head of the run that is inspected: arrows along the surface,
  // and ellipses that lie flat.
  #inspected(context, { run, look: { colour } }, at) {
    const { inspected: told, runs } = this.stage;
    if (told?.look !== String(runs[run].look) || told.step !== Math.floor(at) + 1) return;
    const colours = { ink: this.ink, quiet: this.quiet, halo: this.halo, colour, type: this.type };
    const [x, y, z] = this.#onto(told.from);
    if (!this.#holds([x, y, z])) return;
    const unit = (this.floor[0][1] - this.floor[0][0]) / 1000;
    const [[px, py], ...ends] = [[x, y, z], [x + unit, y, z], [x, y + unit, z]].map((point) => project(this.matrix, point));
    const [[ax, ay], [bx, by]] = ends.map((end) => [end[0] - px, end[1] - py]);
    const longer = Math.max(Math.hypot(ax, ay), Math.hypot(bx, by));
    context.save();
    context.transform(ax / longer, ay / longer, -bx / longer, -by / longer, px, py);
    drawEllipses(context, [0, 0], told, colours);
    context.restore();
    context.save();
    drawArrows(context, arrowLines(this.#shortened(told.arrows, 10 * unit), (...point) => project(this.matrix, this.#onto(point))), colours);
    context.restore();
  }

  // Draw a line on to point k.
  #extend(context, line, k) {
    const { track } = line;
    const ends = track.project(this.matrix, k);
    const dots = [];
    let points = [];
    const finish = () => {
      if (points.length) stroke(context, points, line, this.halo);
      points = [];
    };
    context.save();
    if (line.faint) context.globalAlpha = FAINT;
    for (let i = line.drawn; i <= k; i++) {
      const at = 4 * i;
      if (points.length && (ends[at] !== ends[at - 2] || ends[at + 1] !== ends[at - 1])) finish(); // it was outside in between
      if (Number.isNaN(ends[at] + ends[at + 2])) continue;
      if (!points.length) points.push([ends[at], ends[at + 1]]);
      points.push([ends[at + 2], ends[at + 3]]);
      if (this.trails.steps <= FEW && this.#holds(track.point(i))) dots.push([ends[at + 2], ends[at + 3]]);
    }
    finish();
    context.fillStyle = line.look.colour;
    for (const [x, y] of dots) context.fillRect(x - 1.5, y - 1.5, 3, 3);
    context.restore();
    line.drawn = Math.max(line.drawn, k + 1);
  }

  #holds(point) {
    return within(this.floor, point, point) !== null;
  }

  // The one start, or those of the runs of a panel, each place once.
  #starts(lines) {
    if (this.stage.start) return [this.#onto(this.stage.start)];
    return [...new Map(lines.map(({ track }) => [String(track.point(0)), track.point(0)])).values()];
  }

  #head(context, line, at) {
    const { track } = line;
    const k = this.trails.lastFinite(line.run, at);
    let point = track.point(k);
    const share = at - Math.floor(at);
    if (k === Math.floor(at) && share > 0 && k + 1 < this.trails.have) {
      const next = between(point, track.point(k + 1), share);
      const [ax, ay, bx, by] = cut(this.matrix, this.floor, point, next);
      context.save();
      if (!Number.isNaN(ax + bx)) stroke(context, [[ax, ay], [bx, by]], { ...line, look: { ...line.look, dash: [] } });
      context.restore();
      if (next.every(Number.isFinite)) point = next;
    }
    if (this.#holds(point)) head(context, line.look, ...project(this.matrix, point));
    else this.#dart(context, line, point);
  }

  // A run that is outside: where it went, at the box's edge.
  #dart(context, { look }, point) {
    const centre = [...this.floor.map(([low, high]) => (low + high) / 2), point[2]];
    const [, share] = within(this.floor, centre, point);
    const [from, to] = [0.95, 1].map((part) => project(this.matrix, between(centre, point, share * part)));
    if (!Number.isNaN(from[0] + to[0])) dart(context, look, ...to, Math.atan2(to[1] - from[1], to[0] - from[0]));
  }

  #look(camera) {
    this.camera = camera;
    this.scene?.setViewport({ camera: { ...camera, projection: { type: "perspective" } }, aspectratio: this.aspect });
  }

  // From the side that is below on the stage; farther away where there is little room across, and nearer
  // where no numbers stand round it.
  #home() {
    const [{ width, height }] = this.panels;
    return orbit(FACING, { turn: -1.2, tilt: 0.9, zoom: (this.roomy ? 1 : 1.05) * Math.min(1, width / height) });
  }

  #reset() {
    this.#look(this.#home());
    this.camera = null;
  }

  // The point of the surface at a place of the box; null where there is none.
  #pick([x, y]) {
    const panel = this.panels.find(({ left, top, width, height }) => x >= left && y >= top && x < left + width && y < top + height);
    const heights = [0, this.levels.length - 1];
    return panel && this.matrix && pick(this.matrix, [...this.floor, heights], this.relief, [x - panel.left, y - panel.top]);
  }

  // A click sets the start.
  #press(spot) {
    const point = this.#pick(spot);
    if (!point) return;
    const unit = this.panels[0].width / Math.max(...this.floor.map(([low, high]) => high - low)); // pixels, about
    this.stage.setStart(...this.stage.unturn(point).map((value) => tidy(value, unit)), true);
  }

  // What the surface says at the pointer.
  #hover(spot) {
    const point = spot && this.#pick(spot);
    this.label.hidden = !point;
    if (!point) return;
    const [x, y, z] = point;
    const names = [...this.figure.layout.meta.axes, "f"];
    this.label.textContent = [x, y, valueAt(this.levels, z)].map((value, i) => `${names[i]} ${format(value)}`).join("\n");
    const { offsetWidth: width, offsetHeight: height } = this.label;
    const left = spot[0] + 14 + width > this.box.clientWidth ? spot[0] - 14 - width : spot[0] + 14;
    Object.assign(this.label.style, { left: `${left}px`, top: `${Math.max(0, spot[1] - height / 2)}px` });
  }
}

function emptied(canvas) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}
