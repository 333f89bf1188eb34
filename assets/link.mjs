// The controls -> the text of the experiment, as app/link.py reads it. The server has the last
// word: what cannot be read comes back as a sentence, and the address bar gets the server's text.

import { readPoints } from "./knots.mjs";
import { OVER, readRows } from "./rows.mjs";

// What is off at this value is not written.
const OFF = {
  landscape: { rotation: "0", l2: "0", points: "" },
  experiment: { stop: "0", seeds: "1" },
  run: { warmup: "0", y_rate: "1" },
};

// picks: [{run, part, of}], knobs: [[{run, part, of, knob}, text]], names: [[{run}, text]].
export function compose(picks, knobs, names) {
  const settings = new Map();
  const pasts = new Map(); // of runs that go on from another, as they stand in a link
  for (const [id, text] of knobs) {
    if (id.knob === "fork") {
      pasts.set(id.run, `fork=${text}`);
      continue;
    }
    const key = `${id.run}|${id.part}|${id.of}`;
    if (!settings.has(key)) settings.set(key, new Map());
    settings.get(key).set(id.knob, word(String(text ?? "").trim()));
  }
  const of = (run, part, name = "") => settings.get(`${run}|${part}|${name}`) ?? new Map();
  const written = (part, values) =>
    [...values].filter(([knob, text]) => text !== OFF[part]?.[knob]).map(([knob, text]) => `${knob}=${text}`);
  const thing = ({ run, part, of: name }) => [name, ...written(part, of(run, part, name))].join(",");

  const point = of("", "start");
  const shared = written("experiment", of("", "experiment")).map((setting) => setting.split("="));
  const pairs = [["start", `${point.get("x")},${point.get("y")}`], ...shared];
  const named = new Map(names.map(([id, text]) => [id.run, (text ?? "").trim()]));
  const runs = new Map();
  for (const pick of picks) {
    if (pick.part === "landscape") pairs.unshift(["landscape", thing(pick)]);
    else if (pick.part === "start") pairs.find(([key]) => key === "start")[1] = thing(pick);
    else {
      const run = runs.get(pick.run) ?? { wrapper: [] };
      if (pick.part === "wrapper") run.wrapper.push(thing(pick));
      else run[pick.part] = thing(pick);
      runs.set(pick.run, run);
    }
  }
  for (const [look, run] of runs) {
    const defined = run.convention ? [`as=${run.convention}`] : [];
    const parts = [run.optimizer, run.schedule, ...run.wrapper, ...defined, ...written("run", of(look, "run"))];
    if (named.get(look)) parts.push(`name=${quote(named.get(look))}`);
    parts.push(`look=${look}`, ...(pasts.has(look) ? [pasts.get(look)] : []));
    pairs.push(["run", parts.join("/")]);
  }
  if (!runs.size) pairs.push(["run", ""]);
  return pairs.map(([key, value]) => `${key}=${encode(value)}`).join("&");
}

// A run in a link: what it is by itself, and behind /fork= what it was until then.
function halves(run) {
  const at = run.indexOf("/fork=");
  return at < 0 ? [run, ""] : [run.slice(0, at), run.slice(at)];
}

function lookOf(run) {
  return /\/look=(\d+)$/.exec(halves(run)[0])?.[1];
}

// Where each run goes on from another: {step, parent}, the place of that one among the runs or -1 if
// none is any more what it was; null for runs that begin at the start.
export function forksOf(text) {
  const runs = new URLSearchParams(text).getAll("run").filter((run) => run);
  const nameless = runs.map((run) => halves(run)[0].replace(/\/name=[^/]*/, "") + halves(run)[1]);
  return runs.map((run) => {
    const [, step, past] = /^\/fork=(\d+)\/(.*)$/.exec(halves(run)[1]) ?? [];
    return past === undefined ? null : { step: Number(step), parent: nameless.indexOf(past) };
  });
}

// Whether two experiments differ in what goes on from other runs at most.
export function branched(text, other) {
  const trunk = (link) => shape(link.replace(/&run=[^&]*\/fork=[^&]*/g, ""));
  return trunk(text) === trunk(other);
}

// What of an experiment changes the surface, the start or the runs' number: then it plays anew.
export function shape(text) {
  const given = new URLSearchParams(text);
  const runs = given.getAll("run").map((run) => run.replace(/,[^/]*|\/(name|warmup|y_rate)=[^/]*/g, ""));
  const start = startOf(text) ?? [given.get("start").split(",")[0]];
  return [(given.get("landscape") ?? "").split(",")[0], ...start, ...runs].join("|");
}

export function landscapeOf(text) {
  return new URLSearchParams(text).get("landscape") ?? "";
}

// The point from which all runs start; null where it is drawn.
export function startOf(text) {
  const start = new URLSearchParams(text).get("start") ?? "0,0";
  return /^[a-z_]+(,[a-z_]+=|$)/.test(start) ? null : start.split(",").map(Number);
}

export function withStart(text, x, y) {
  const start = `start=${x},${y}`;
  return /(^|&)start=/.test(text) ? text.replace(/(^|&)start=[^&]*/, `$1${start}`) : `${text}&${start}`.replace(/^&/, "");
}

// The same experiment with one knob at another value; null where the text does not name that knob.
export function withKnob(text, { run, part, of, knob }, value) {
  const setting = `${knob}=${encode(word(value))}`;
  if (part === "experiment") {
    if (!/(^|&)steps=/.test(text)) return null;
    const others = text.split("&").filter((pair) => !pair.startsWith(`${knob}=`));
    const changed = [...others.slice(0, 2), setting, ...others.slice(2)].join("&");
    return text.includes(`&${setting}&`) ? null : changed;
  }
  const old = new RegExp(`,${knob}=[^,]*`);
  const set = (thing) => (old.test(thing) ? thing.replace(old, `,${setting}`) : knob in (OFF[part] ?? {}) ? `${thing},${setting}` : thing);
  const pairs = text.split("&").map((pair) => {
    const [key, rest] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (key === part && part !== "run") return `${key}=${set(rest)}`;
    if (key !== "run" || lookOf(rest) !== String(run)) return pair;
    const [own, past] = halves(rest);
    const things = own.split("/");
    if (part === "run") {
      const at = things.findIndex((thing) => thing.startsWith(`${knob}=`));
      if (at < 0) things.splice(-1, 0, setting);
      else things[at] = setting;
    } else {
      const at = placeOf(things, part, of);
      if (at >= 0) things[at] = set(things[at]);
    }
    return `run=${things.join("/")}${past}`;
  });
  const changed = pairs.join("&");
  return changed === text ? null : changed;
}

// Which of a run's things, as they stand in a link, is the optimizer, the schedule or a wrapper.
function placeOf(things, part, of) {
  if (part === "optimizer" || part === "schedule") return part === "optimizer" ? 0 : 1;
  return things.findIndex((thing) => thing.split(",")[0] === of);
}

// The looks and the names of the runs, in order.
export function runsOf(text) {
  return new URLSearchParams(text)
    .getAll("run")
    .filter((run) => run)
    .map((run) => halves(run)[0])
    .map((run) => ({
      look: Number(/\/look=(\d+)/.exec(run)?.[1] ?? 0),
      name: decodeURIComponent(/\/name=([^/]*)/.exec(run)?.[1] ?? ""),
      optimizer: run.split(/[,/]/)[0],
      bend: bendOf(run),
      batch: Number(/\/batch,size=(\d+)/.exec(run)?.[1] ?? 0),
      chance: /\/(batch|noise),/.test(run),
    }));
}

// The points of a free schedule, and what places them on the curve of the rates; null without one,
// or where they cannot be read.
function bendOf(run) {
  const points = readPoints(/\/piecewise,points=([^,/]*)/.exec(run)?.[1] ?? "");
  if (!points.every((pair) => pair.length === 2 && pair.every(Number.isFinite))) return null;
  const number = (pattern, usual) => Number(pattern.exec(run)?.[1] ?? usual);
  return { points, lr: number(/,lr=([^,/]*)/, 1), warmup: number(/\/warmup=([^/]*)/, 0) };
}

// The control that a server's problem speaks of, as "runs.0.optimizer.lr"; null for none.
export function controlOf(where, text) {
  const [first, ...rest] = where.split(".");
  const runs = runsOf(text);
  const picks = new URLSearchParams(text).getAll("run").filter((run) => run);
  const id = (run, part, of, knob) => ({ kind: "knob", run, part, of, knob });
  if (["steps", "stop", "seeds"].includes(first)) return id("", "experiment", "", first);
  if (first === "start") return id("", "start", startOf(text) ? "" : new URLSearchParams(text).get("start").split(",")[0], rest[0] ?? "x");
  if (first === "landscape" && rest.length) return id("", "landscape", landscapeOf(text).split(",")[0], rest[0]);
  if (first !== "runs" || !runs[rest[0]]) return null;
  const [index, part, knob] = rest;
  const look = String(runs[index].look);
  if (part === "warmup" || part === "y_rate") return id(look, "run", "", part);
  if (part === "name") return { kind: "name", run: look, part: "run", of: "", knob: "name" };
  if (!knob || part === "fork") return null;
  if (part !== "optimizer" && part !== "schedule") return id(look, "wrapper", part, knob);
  const thing = picks[index].split("/")[part === "schedule" ? 1 : 0].split(",")[0];
  return id(look, part, thing, knob);
}

// The text with what the server could not read put back to what it was in the link that was last
// accepted, so that one wrong box does not hold up the others; null if that cannot be done.
export function mend(text, problems, accepted) {
  const key = (pair) => (lookOf(pair) ? `look=${lookOf(pair)}` : pair.split("=")[0]);
  const before = new Map(accepted.split("&").map((pair) => [key(pair), pair]));
  let mended = text;
  for (const { where } of problems) {
    // There are too few steps to go on from one: then these stay as they were.
    const [first, index, part, knob] = /^runs\.\d+(\.fork)+$/.test(where) ? ["steps"] : where.split(".");
    const look = first === "runs" ? `look=${runsOf(text)[index]?.look}` : first;
    const off = first in OFF.experiment;
    const old = before.get(look);
    if (!old && !off) return null;
    const pairs = mended.split("&");
    const at = pairs.findIndex((pair) => (first === "runs" ? key(pair) === look : pair.startsWith(`${first}=`)));
    if (at < 0) return null;
    if (off || first === "steps" || first === "start") pairs.splice(at, 1, ...(old ? [old] : []));
    else if (first === "landscape") pairs[at] = restore(pairs[at], old, index);
    else {
      const [own, past] = halves(pairs[at]);
      const [things, others] = [own.split("/"), halves(old)[0].split("/")];
      const place = knob ? placeOf(things, part, part) : things.findIndex((thing) => thing.startsWith(`${part}=`));
      if (place < 0) return null;
      const other = knob ? others[placeOf(others, part, part)] : others.find((thing) => thing.startsWith(`${part}=`));
      if (knob) things[place] = restore(things[place], other ?? "", knob);
      else if (other) things[place] = other;
      else things.splice(place, 1);
      pairs[at] = things.join("/") + past;
    }
    mended = pairs.join("&");
  }
  return mended === text ? null : mended;
}

// A thing with one of its knobs as it was; without it where there was none.
function restore(thing, old, knob) {
  const setting = new RegExp(`,${knob}=[^,]*`);
  return thing.replace(setting, setting.exec(old)?.[0] ?? "");
}

// What is only viewed lives behind the #: {layout: "panels"} <-> "layout=panels".
export function writeView(view) {
  const kept = Object.entries(view).filter(([key, value]) => value !== VIEW[key]);
  return new URLSearchParams(kept).toString();
}

export const VIEW = { lesson: "", layout: "overlay", space: "", loss: "log", speed: "1", hidden: "", solo: "", loop: "", seen: "", inspect: "", verdicts: "", diff: "", slice: "", focus: "", field: "", projector: "", curves: readRows("").join("."), over: "steps" };

export function readView(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = { ...VIEW };
  for (const key of Object.keys(VIEW)) if (given.has(key)) view[key] = given.get(key);
  // Once slice and inspector named a run each.
  const [, along, sliced] = /^([a-z]+)\.(\d+)$/.exec(view.slice) ?? [];
  if (along) view.slice = along;
  const inspected = /^(0|[2-9]|\d\d+)$/.test(view.inspect) ? view.inspect : "";
  if (inspected) view.inspect = "1";
  view.focus ||= sliced ?? inspected;
  const oneOf = (key, ...values) => {
    if (!values.includes(view[key])) view[key] = VIEW[key];
  };
  if (view.layout === "space") view.space = "1"; // as old links have it
  oneOf("layout", "overlay", "panels");
  oneOf("loss", "log", "linear");
  oneOf("speed", "0.25", "0.5", "1", "2", "4", "8");
  oneOf("loop", "", "1");
  for (const key of ["space", "inspect", "verdicts", "field", "projector"]) oneOf(key, "", "1");
  oneOf("over", ...OVER);
  view.curves = readRows(view.curves).join(".");
  if (!/^\d+(\.\d+)*$/.test(view.hidden)) view.hidden = "";
  if (!/^\d+\.\d+$/.test(view.diff)) view.diff = "";
  oneOf("slice", "", "x", "y", "gradient", "step");
  for (const key of ["solo", "seen", "focus"]) if (!/^\d+$/.test(view[key])) view[key] = "";
  return view;
}

function encode(text) {
  return word(text).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3D/g, "=");
}

// What was typed may hold a comma or a slash, which part things in a link; lists hold : and ; , and
// one beside the link has an @ in its name.
function word(text) {
  return quote(text).replace(/%3A/g, ":").replace(/%3B/g, ";").replace(/%40/g, "@");
}

// encodeURIComponent, and what Python's quote encodes besides.
function quote(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
