// The surface in three dimensions. Plotly draws what stands still; trails and heads are drawn over it,
// through Plotly's camera, so that they move as fast as on the stage and never sink into the surface.
// Nothing of this is asked for before it is opened.

import { numbers } from "./decode.mjs";
import { FAINT, pieces } from "./forks.mjs";
import { dart, head, look, outline, scales } from "./looks.mjs";
import { stroke } from "./overlay.mjs";
import { between, cut, height, lens, orbit, project, Track, within } from "./space.mjs";

const FEW = 300; // steps up to which each is marked by a dot
const CONFIG = {
  displayModeBar: false,
  responsive: true,
  scrollZoom: true,
  plotlyServerURL: "",
  showTips: false,
  plotGlPixelRatio: Math.min(2, globalThis.devicePixelRatio || 1),
};
const FACING = { eye: { x: 2.1, y: 0, z: -0.1 }, center: { x: 0, y: 0, z: -0.1 }, up: { x: 0, y: 0, z: 1 } };
const STEP = Math.PI / 18;
// As a drag in the same direction would turn it.
const KEYS = {
  ArrowLeft: { turn: STEP },
  ArrowRight: { turn: -STEP },
  ArrowUp: { tilt: -STEP },
  ArrowDown: { tilt: STEP },
  "+": { zoom: 1.2 },
  "=": { zoom: 1.2 },
  "-": { zoom: 1 / 1.2 },
};

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
    this.lines = []; // {track, look, width, run, drawn, length}
    this.camera = null; // if somebody moved it
    this.matrix = null;
    [this.lower, this.upper] = [0, 1].map(() => {
      const canvas = Object.assign(document.createElement("canvas"), { className: "overlay" });
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    });
    box.querySelector("button").addEventListener("click", () => this.#reset());
    this.chart.addEventListener("keydown", (event) => this.#key(event));
    this.#pinches();
  }

  // The surface and the runs that the stage has by now.
  show(trails) {
    const { figure, runs } = this.stage;
    const style = getComputedStyle(document.documentElement);
    const { pen, size } = scales(style);
    this.size = size;
    this.box.hidden = false;
    const seen = JSON.stringify([style.colorScheme, pen, this.box.clientWidth, this.box.clientHeight]);
    if (figure !== this.figure || seen !== this.seen) {
      [this.figure, this.seen] = [figure, seen];
      this.#arrange(style);
    }
    const names = runs.filter((run) => run.visible).map((run) => run.name);
    this.chart.setAttribute(
      "aria-label",
      `The landscape in three dimensions with ${names.length ? `the trails of ${names.join(", ")}` : "no trails"}. ` +
        "Arrow keys turn it, + and - zoom, 0 puts it back. The numbers of the step stand in the table.",
    );
    this.trails = trails;
    [this.ink, this.halo] = ["--ink", "--halo"].map((name) => style.getPropertyValue(name).trim());
    this.lines = pieces(runs).flatMap((piece) => {
      const trail = trails.runs[piece.run];
      return trail
        ? [{ ...piece, track: new Track(trail, trails.lowest, this.levels, this.floor), look: look(runs[piece.run].look, style), width: 2 * pen }]
        : [];
    });
    this.#clear();
  }

  // Plotly lets go of the graphics card, which has few places; the camera stays.
  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.figure = this.matrix = null;
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
    const sides = [xaxis, yaxis].map(({ range: [low, high] }) => high - low);
    this.levels = meta.levels;
    this.floor = [xaxis.range, yaxis.range];
    this.landmarks = landmarks.flatMap(({ name, x, y, customdata, marker }) => {
      const [xs, ys, fs, sizes] = [x, y, customdata, marker.size].map(numbers);
      return Array.from(xs, (x, i) => ({ name, size: sizes[i], point: [x, ys[i], height(this.levels, fs[i])] }));
    });
    const [tickvals, ticktext] = [surface.colorbar.tickvals, surface.colorbar.ticktext].map((list) => Array.from(numbers(list)));
    const ticks = { tickvals: tickvals.filter((_, i) => i % 2 === 0), ticktext: ticktext.filter((_, i) => i % 2 === 0) };
    const axis = { color: colour("--ink-quiet"), gridcolor: colour("--rule"), linecolor: colour("--rule"), zeroline: false, showspikes: false };
    const [across, up, heights] = [surface.x, surface.y, surface.customdata].map(numbers);
    const trace = {
      type: "surface",
      x: across,
      y: up,
      z: surface.z,
      // Rows along y: a surface's label asks for what stands at x first.
      customdata: Array.from(across, (_, i) => Array.from(up, (_, j) => heights[j * across.length + i])),
      hovertemplate: surface.hovertemplate,
      colorscale: [0, 1, 2, 3].map((stop) => [stop / 3, colour(`--ramp-${stop}`)]),
      cmin: 0,
      cmax: top,
      showscale: false,
      contours: {
        x: { highlight: false },
        y: { highlight: false },
        z: { ...surface.contours, show: true, highlight: false, color: colour("--contour"), width: pen },
      },
      lighting: { ambient: 0.8, diffuse: 0.45, specular: 0.04, roughness: 0.9, fresnel: 0 },
    };
    const layout = {
      template,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      font: { color: colour("--ink-quiet"), family: colour("--type"), size: 12 * size },
      paper_bgcolor: "rgba(0,0,0,0)",
      scene: {
        camera: this.camera ?? this.#home(),
        dragmode: "turntable",
        aspectmode: "manual",
        aspectratio: { x: sides[0] / Math.max(...sides), y: sides[1] / Math.max(...sides), z: 0.5 },
        xaxis: { ...axis, title: { text: xaxis.title.text }, range: wider(xaxis.range) },
        yaxis: { ...axis, title: { text: yaxis.title.text }, range: wider(yaxis.range) },
        zaxis: { ...axis, title: { text: "f" }, range: wider([0, top]), ...ticks },
      },
    };
    this.plotly.react(this.chart, [trace], layout, CONFIG).then(() => this.#follow());
  }

  // Whenever Plotly has drawn the scene, the trails follow its camera.
  #follow() {
    const scene = this.chart._fullLayout?.scene?._scene;
    if (!scene || scene === this.scene) return;
    this.scene = scene;
    const render = scene.render;
    scene.render = () => {
      render.call(scene);
      this.#moved();
    };
    scene.container.append(this.lower, this.upper);
    this.chart.on("plotly_relayout", (change) => {
      if ("scene.camera" in change) this.camera = scene.getCamera();
    });
    scene.glplot.redraw();
  }

  #moved() {
    const { container, glplot, dataScale } = this.scene;
    const size = [container.clientWidth, container.clientHeight];
    const matrix = lens(glplot.cameraParams, dataScale, size);
    if (this.matrix?.every((value, i) => value === matrix[i])) return;
    this.matrix = matrix;
    const ratio = globalThis.devicePixelRatio || 1;
    for (const canvas of [this.lower, this.upper]) {
      const [width, height] = size.map((side) => Math.round(side * ratio));
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        Object.assign(canvas.style, { width: `${size[0]}px`, height: `${size[1]}px` });
      }
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.#clear();
    if (this.at !== undefined) this.draw(this.at);
  }

  #clear() {
    const context = this.#emptied(this.lower);
    for (const line of this.lines) {
      line.drawn = line.first + 1; // points
      line.length = 0;
      line.track.forget();
    }
    if (!this.matrix) return;
    for (const { name, size, point } of this.landmarks) this.#landmark(context, name, (this.size * size) / 2, ...project(this.matrix, point));
  }

  #emptied(canvas) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
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

  // The path in ink, with a halo.
  #drawn(context, width) {
    for (const [wide, colour] of [[width + 2.2, this.halo], [width, this.ink]]) {
      context.lineWidth = wide;
      context.strokeStyle = context.fillStyle = colour;
      context.stroke();
    }
  }

  // Trails and heads at a step, which may have a fraction.
  draw(at) {
    this.at = at;
    if (!this.matrix || !this.trails?.have) return;
    at = Math.min(at, this.trails.have - 1); // the camera may move before new trails have come as far
    const k = Math.floor(at);
    if (this.lines.some(({ drawn, first }) => drawn > Math.max(first, k) + 1)) this.#clear();
    for (const line of this.lines) this.#extend(this.lower.getContext("2d"), line, Math.min(k, line.last));
    const context = this.#emptied(this.upper);
    for (const [x, y] of this.#starts()) {
      context.beginPath();
      context.arc(x, y, 7 * this.size, 0, 2 * Math.PI);
      this.#drawn(context, 1.8);
    }
    for (const line of this.lines) if (!line.faint && at >= line.first) this.#head(context, line, at);
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

  // Where the runs start, each place once.
  #starts() {
    const points = this.lines.map(({ track }) => track.point(0)).filter((point) => this.#holds(point));
    return [...new Map(points.map((point) => [String(point), project(this.matrix, point)])).values()];
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
    return this.plotly.relayout(this.chart, { "scene.camera": camera });
  }

  // From the side that is below on the stage; from farther away where there is little room.
  #home() {
    const { clientWidth: width, clientHeight: height } = this.box;
    return orbit(FACING, { turn: -1.2, tilt: 0.9, zoom: Math.min(1, width / height) });
  }

  async #reset() {
    await this.#look(this.#home());
    this.camera = null;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS || event.key === "0")) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere arrows are steps
    if (event.key === "0") this.#reset();
    else this.#look(orbit(this.scene.getCamera(), KEYS[event.key]));
  }

  // Two fingers zoom; Plotly knows of one, which turns, and is told of no other until all are lifted.
  #pinches() {
    let apart = 0;
    const gap = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const listen = (name, act) => this.chart.addEventListener(name, act, { capture: true, passive: false });
    const take = (event) => {
      event.preventDefault();
      event.stopPropagation();
    };
    listen("touchstart", (event) => {
      if (event.touches.length === 1) apart = 0;
      if (event.touches.length !== 2) return;
      take(event);
      apart = gap(event.touches);
    });
    listen("touchmove", (event) => {
      if (!apart) return;
      take(event);
      if (event.touches.length !== 2) return;
      const now = gap(event.touches);
      this.#look(orbit(this.scene.getCamera(), { zoom: now / apart }));
      apart = now;
    });
  }
}
