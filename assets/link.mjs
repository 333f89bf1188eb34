// The controls -> the text of the experiment, as app/experiment.py reads it. The server has the last
// word: what cannot be read comes back as a sentence, and the address bar gets the server's text.

import { readPoints } from "./knots.mjs";

// What is off at this value is not written.
const OFF = { landscape: { rotation: "0", l2: "0", points: "" }, run: { warmup: "0", y_rate: "1" } };

// picks: [{run, part, of}], knobs: [[{run, part, of, knob}, text]], names: [[{run}, text]].
export function compose(picks, knobs, names) {
  const settings = new Map();
  for (const [id, text] of knobs) {
    const key = `${id.run}|${id.part}|${id.of}`;
    if (!settings.has(key)) settings.set(key, new Map());
    settings.get(key).set(id.knob, word(String(text ?? "").trim()));
  }
  const of = (run, part, name = "") => settings.get(`${run}|${part}|${name}`) ?? new Map();
  const written = (part, values) =>
    [...values].filter(([knob, text]) => text !== OFF[part]?.[knob]).map(([knob, text]) => `${knob}=${text}`);
  const thing = ({ run, part, of: name }) => [name, ...written(part, of(run, part, name))].join(",");

  const start = of("", "start");
  const pairs = [["start", `${start.get("x")},${start.get("y")}`], ["steps", of("", "experiment").get("steps")]];
  const named = new Map(names.map(([id, text]) => [id.run, (text ?? "").trim()]));
  const runs = new Map();
  for (const pick of picks) {
    if (pick.part === "landscape") pairs.unshift(["landscape", thing(pick)]);
    else {
      const run = runs.get(pick.run) ?? { wrapper: [] };
      if (pick.part === "wrapper") run.wrapper.push(thing(pick));
      else run[pick.part] = thing(pick);
      runs.set(pick.run, run);
    }
  }
  for (const [look, run] of runs) {
    const parts = [run.optimizer, run.schedule, ...run.wrapper, ...written("run", of(look, "run"))];
    if (named.get(look)) parts.push(`name=${quote(named.get(look))}`);
    pairs.push(["run", [...parts, `look=${look}`].join("/")]);
  }
  if (!runs.size) pairs.push(["run", ""]);
  return pairs.map(([key, value]) => `${key}=${encode(value)}`).join("&");
}

// What of an experiment changes the surface, the start or the runs' number: then it plays anew.
export function shape(text) {
  const given = new URLSearchParams(text);
  const runs = given.getAll("run").map((run) => run.replace(/,[^/]*|\/(name|warmup|y_rate)=[^/]*/g, ""));
  return [(given.get("landscape") ?? "").split(",")[0], ...startOf(text), ...runs].join("|");
}

export function landscapeOf(text) {
  return new URLSearchParams(text).get("landscape") ?? "";
}

export function startOf(text) {
  return (new URLSearchParams(text).get("start") ?? "0,0").split(",").map(Number);
}

export function withStart(text, x, y) {
  const start = `start=${x},${y}`;
  return /(^|&)start=/.test(text) ? text.replace(/(^|&)start=[^&]*/, `$1${start}`) : `${text}&${start}`.replace(/^&/, "");
}

// The same experiment with one knob at another value; null where the text does not name that knob.
export function withKnob(text, { run, part, of, knob }, value) {
  const setting = `${knob}=${encode(word(value))}`;
  const old = new RegExp(`,${knob}=[^,]*`);
  const set = (thing) => (old.test(thing) ? thing.replace(old, `,${setting}`) : knob in (OFF[part] ?? {}) ? `${thing},${setting}` : thing);
  const pairs = text.split("&").map((pair) => {
    const [key, rest] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (key === part && part !== "run") return `${key}=${set(rest)}`;
    if (key === "steps" && part === "experiment") return `steps=${encode(word(value))}`;
    if (key !== "run" || !rest.endsWith(`/look=${run}`)) return pair;
    const things = rest.split("/");
    if (part === "run") {
      const at = things.findIndex((thing) => thing.startsWith(`${knob}=`));
      if (at < 0) things.splice(-1, 0, setting);
      else things[at] = setting;
    } else {
      const at = placeOf(things, part, of);
      if (at >= 0) things[at] = set(things[at]);
    }
    return `run=${things.join("/")}`;
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
    .map((run) => ({
      look: Number(/\/look=(\d+)/.exec(run)?.[1] ?? 0),
      name: decodeURIComponent(/\/name=([^/]*)/.exec(run)?.[1] ?? ""),
      optimizer: run.split(/[,/]/)[0],
      bend: bendOf(run),
      batch: Number(/\/batch,size=(\d+)/.exec(run)?.[1] ?? 0),
    }));
}

// The points of a free schedule, and what places them on the curve of the rates; null without one.
function bendOf(run) {
  const points = /\/piecewise,points=([^,/]*)/.exec(run)?.[1];
  if (!points) return null;
  const number = (pattern, usual) => Number(pattern.exec(run)?.[1] ?? usual);
  return { points: readPoints(points), lr: number(/,lr=([^,/]*)/, 1), warmup: number(/\/warmup=([^/]*)/, 0) };
}

// The control that a server's problem speaks of, as "runs.0.optimizer.lr"; null for none.
export function controlOf(where, text) {
  const [first, ...rest] = where.split(".");
  const runs = runsOf(text);
  const picks = new URLSearchParams(text).getAll("run").filter((run) => run);
  const id = (run, part, of, knob) => ({ kind: "knob", run, part, of, knob });
  if (first === "steps") return id("", "experiment", "", "steps");
  if (first === "start") return id("", "start", "", rest[0] ?? "x");
  if (first === "landscape" && rest.length) return id("", "landscape", landscapeOf(text).split(",")[0], rest[0]);
  if (first !== "runs" || !runs[rest[0]]) return null;
  const [index, part, knob] = rest;
  const look = String(runs[index].look);
  if (part === "warmup" || part === "y_rate") return id(look, "run", "", part);
  if (part === "name") return { kind: "name", run: look, part: "run", of: "", knob: "name" };
  if (!knob) return null;
  if (part !== "optimizer" && part !== "schedule") return id(look, "wrapper", part, knob);
  const thing = picks[index].split("/")[part === "schedule" ? 1 : 0].split(",")[0];
  return id(look, part, thing, knob);
}

// The text with what the server could not read put back to what it was in the link that was last
// accepted, so that one wrong box does not hold up the others; null if that cannot be done.
export function mend(text, problems, accepted) {
  const before = new Map(accepted.split("&").map((pair) => [/look=\d+$/.exec(pair)?.[0] ?? pair.split("=")[0], pair]));
  let mended = text;
  for (const { where } of problems) {
    const [first, index, part, knob] = where.split(".");
    const look = first === "runs" ? `look=${runsOf(text)[index]?.look}` : first;
    const old = before.get(look);
    if (!old) return null;
    const pairs = mended.split("&");
    const at = pairs.findIndex((pair) => (first === "runs" ? pair.endsWith(`/${look}`) : pair.startsWith(`${first}=`)));
    if (at < 0) return null;
    if (first === "steps" || first === "start") pairs[at] = old;
    else if (first === "landscape") pairs[at] = restore(pairs[at], old, index);
    else {
      const [things, others] = [pairs[at].split("/"), old.split("/")];
      const place = knob ? placeOf(things, part, part) : things.findIndex((thing) => thing.startsWith(`${part}=`));
      if (place < 0) return null;
      const other = knob ? others[placeOf(others, part, part)] : others.find((thing) => thing.startsWith(`${part}=`));
      if (knob) things[place] = restore(things[place], other ?? "", knob);
      else if (other) things[place] = other;
      else things.splice(place, 1);
      pairs[at] = things.join("/");
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

export const VIEW = { layout: "overlay", loss: "log", speed: "1", hidden: "", solo: "", loop: "" };

export function readView(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = { ...VIEW };
  for (const key of Object.keys(VIEW)) if (given.has(key)) view[key] = given.get(key);
  const oneOf = (key, ...values) => {
    if (!values.includes(view[key])) view[key] = VIEW[key];
  };
  oneOf("layout", "overlay", "panels");
  oneOf("loss", "log", "linear");
  oneOf("speed", "0.25", "0.5", "1", "2", "4", "8");
  oneOf("loop", "", "1");
  if (!/^\d+(\.\d+)*$/.test(view.hidden)) view.hidden = "";
  if (!/^\d+$/.test(view.solo)) view.solo = "";
  return view;
}

function encode(text) {
  return word(text).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3D/g, "=");
}

// What was typed may hold a comma or a slash, which part things in a link; lists hold : and ; .
function word(text) {
  return quote(text).replace(/%3A/g, ":").replace(/%3B/g, ";");
}

// encodeURIComponent, and what Python's quote encodes besides.
function quote(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
