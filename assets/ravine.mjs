// The page's own part in the browser: controls -> link -> stream -> player -> what moves.

import { Address } from "./address.mjs";
import { Along, Limits } from "./along.mjs";
import { Bar } from "./bar.mjs";
import { Beside, carrying, MOST_IN_LINK, nameOf } from "./beside.mjs";
import { Curves } from "./curves.mjs";
import { Diff } from "./diff.mjs";
import { Examples } from "./examples.mjs";
import { Field } from "./field.mjs";
import { Fit } from "./fit.mjs";
import { Focus } from "./focus.mjs";
import { fill } from "./formulas.mjs";
import "./components.mjs";
import { Inspector } from "./inspector.mjs";
import { Lessons } from "./lessons.mjs";
import { branched, compose, controlOf, forksOf, landscapeOf, mend, runsOf, shape, startOf, withKnob, withStart } from "./link.mjs";
import { look } from "./looks.mjs";
import { steepness } from "./models.mjs";
import { fillRepeats, fillStatuses, fillTable, sentence } from "./numbers.mjs";
import { Player } from "./player.mjs";
import { Repeats } from "./repeats.mjs";
import { asks, limited, readRows } from "./rows.mjs";
import { paint, toggleScheme } from "./scheme.mjs";
import { Seen } from "./seen.mjs";
import { Slice } from "./slice.mjs";
import { Stage } from "./stage.mjs";
import { follow, Refusal } from "./stream.mjs";
import { Surface } from "./surface.mjs";
import { Trails } from "./trails.mjs";
import { Verdicts } from "./verdicts.mjs";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const element = (id) => document.getElementById(id);

const address = new Address();
const beside = new Beside(() => localStorage);
const examples = new Examples(
  beside,
  {
    asked: () => asked ?? trails.link,
    ask: edited,
    say,
    note: (words) => (element("loaded").textContent = words),
    set: (id, properties) => dash_clientside.set_props(id, properties),
    open: (data) => {
      reopened = true;
      dash_clientside.set_props("beside", { data: data.beside });
      dash_clientside.set_props("opened", { data });
    },
  },
  location.search,
);
const surface = new Surface(
  () => showRuns(),
  () => landscapeOf(address.link),
  () => say("network", "The contours could not be had; change a control to try again."),
  (query) => beside.recall(query),
  () => (fit?.held ?? null) !== null,
);
const repeats = new Repeats(() => showRuns());
const along = new Along(() => showRuns());
const limits = new Limits(() => showRuns());
const seen = new Seen(() => {
  stage.seen = seen.lines;
  dirty = true;
  wake();
});
const field = new Field(() => showRuns());
const focus = new Focus((look) => view({ focus: look }));
let trails = new Trails();
let runs = []; // {look, name, optimizer, visible}
let reopened = false; // with other examples, which are to be seen from the start
let asked = null; // the text of the experiment that was last asked for
let wrong = []; // the controls that show a problem
const opening = location.search;
const readable = Promise.withResolvers(); // of the link that was opened
let stage, curves, fit, slice, inspector, verdicts, diff, lessons;

const player = new Player((what) => {
  dirty = true;
  if (what === "state") bar.state();
  if (what === "state" && player.complete && player.atEnd && !player.playing) announce();
  wake();
});
player.speed = Number(address.view.speed);
player.loop = address.view.loop === "1";
const bar = new Bar(player, (loop) => address.setView({ loop: loop ? "1" : "" }));

// ---------------------------------------------------------------- streaming

let controller = null;
let waiting = null;
let lastAsked = -Infinity;
let streaming = false;
const PATIENCE = 250; // ms

// Ask for an experiment. While a control is dragged, at most 25 a second are asked for, and what is
// in flight is cancelled only where it takes long, or nothing would ever arrive. `anew` plays from the
// start, else the step that is shown stays.
function ask(text, anew) {
  asked = text;
  clearTimeout(waiting?.timer);
  anew ||= waiting?.anew ?? false;
  const pause = lastAsked + (streaming && !anew ? PATIENCE : 40) - performance.now();
  if (pause > 0) waiting = { text, anew, timer: setTimeout(() => start(text, anew), pause) };
  else start(text, anew);
}

// `mended`: some boxes hold what the server could not read, and keep their complaints.
async function start(text, anew, mended = false) {
  waiting = null;
  lastAsked = performance.now();
  controller?.abort();
  const mine = (controller = new AbortController());
  streaming = true;
  const coming = new Trails();
  const rows = beside.recall(text);
  try {
    await follow(`stream?${text}`, {
      signal: controller.signal,
      take: (message) => {
        const { link } = message.head;
        if (link !== undefined) examples.accepted(link, text, rows, (fit?.held ?? null) === null);
        take(coming, message, anew, mended);
      },
      received: () => coming.have,
      trouble: (attempt) => say("network", attempt > 1 ? "The server does not answer; trying again …" : ""),
      fetch: (url, options) => fetch(url, { ...options, ...carrying(rows) }),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(error.problems, text);
    const rest = mended ? null : mend(text, error.problems, address.link);
    if (rest && rest !== address.link) start(rest, anew, true);
  } finally {
    if (controller === mine) {
      streaming = false;
      if (waiting) ask(waiting.text, waiting.anew);
    }
  }
}

function take(coming, message, anew, mended) {
  coming.take(message);
  if (message.head.link !== undefined) accept(message.head.link, mended);
  // Until as much has come as is shown, the old trails stay, so that nothing flickers while dragging.
  if (coming !== trails && (anew ? coming.have : coming.have > player.cursor || coming.done)) {
    trails = coming;
    const forks = forksOf(trails.link);
    runs = runsOf(trails.link).map((run, i) => ({ ...run, name: trails.names[i], fork: forks[i] }));
    player.begin(trails.steps, anew);
    if (anew && CALM.matches) player.rest();
    showRuns();
  }
  if (coming !== trails) return;
  player.arrived(trails.have - 1, trails.done);
  curves?.arrived();
  askBeside();
}

// What else is to be known of the runs that are shown.
function askBeside() {
  if (!trails.done) return;
  repeats.ask(trails.link, sender(trails.link));
  along.ask(trails.link, sender(trails.link), asks(address.view));
  afterwards(markRates);
  // While an example is dragged the server has enough to do.
  afterwards(() => surface.hurried() || limits.ask(trails.link, sender(trails.link), limited(address.view)));
  showSlice();
  showVerdicts();
}

// The marks on the rates' sliders are those of the landscape as it is by now. Cards come with theirs,
// and while the page is being made Dash is not to be told of any.
function markRates() {
  runs.forEach(({ look, optimizer }, i) => {
    const properties = trails.marks[i];
    const key = JSON.stringify([optimizer, properties]);
    const before = marked.get(look);
    if (!properties || before === key) return;
    marked.set(look, key);
    if (before) setProps({ kind: "knob", run: String(look), part: "optimizer", of: optimizer, knob: "lr" }, properties);
  });
}

const marked = new Map();

// Makes the requests that belong to a link.
function sender(link) {
  return (url, options) => fetch(url, { ...options, ...carrying(beside.recall(link)) });
}

// The leaderboard, while it is open.
function showVerdicts() {
  if (!verdicts || !trails.done) return;
  verdicts.ask(trails.link, sender(trails.link), address.view.verdicts === "1");
  verdicts.show(runs);
}

// What the repeats of the runs did, if they are those of the runs that are shown.
function repeated() {
  return shape(repeats.link) === shape(trails.link) ? repeats.runs : [];
}

// What is known along the runs, if it is those that are shown; of their latest knobs in a moment.
function alongside({ link, runs: told }, channel) {
  if (shape(link) !== shape(trails.link)) return [];
  return told.map((run) => (run[channel].length === trails.steps + 1 ? run : undefined));
}

// The server could read it: it goes to the address bar, and old complaints are taken back.
function accept(link, mended) {
  say("network", "");
  if (!mended) {
    if (!waiting) asked = link; // what the controls say in full, so that they need not ask again
    for (const id of wrong) complain(id, null);
    wrong = [];
    say("problem", "");
  }
  // Picks and buttons begin with what could be read, not with the defaults of what could not.
  if (mended) dash_clientside.set_props("experiment", { data: link });
  surface.ask(landscapeOf(link));
  address.setLink(link);
}

// What was on the screen stays; each sentence stands at the control it speaks of.
function refuse(problems, text) {
  if (!trails.link) {
    // A bad link: the page itself says so, and knows what can be read of it.
    readable.promise.then((link) => trails.link || ask(link, true));
    return;
  }
  for (const id of wrong) complain(id, null);
  wrong = [];
  const others = [];
  for (const { where, sentence: words } of problems) {
    const id = controlOf(where, text);
    if (complain(id, words)) wrong.push(id);
    else others.push(words);
  }
  say("problem", others.join(" "));
}

// Whether there is such a control that shows the sentence.
function complain(id, error) {
  return id !== null && setProps(id, { error });
}

// Whether there is such a control; Dash throws for one that is not there.
function setProps(id, properties) {
  try {
    dash_clientside.set_props(id, properties);
    return true;
  } catch {
    return false;
  }
}

const said = {};

// A line at the top of the controls, one of each kind.
function say(kind, words) {
  if (said[kind] === words) return;
  said[kind] = words;
  const box = element("said");
  if (box) box.textContent = Object.values(said).filter(Boolean).join(" ");
}

// ---------------------------------------------------------------- runs

function sieve() {
  const hidden = address.view.hidden.split(".");
  for (const run of runs) {
    const own = String(run.look);
    run.visible = address.view.solo && runs.some((other) => String(other.look) === address.view.solo) ? own === address.view.solo : !hidden.includes(own);
  }
}

// Trails, curves, cards and table for the runs as they are now.
function showRuns() {
  sieve();
  focus.choose(runs, address.view.focus);
  showCards();
  if (!stage || !surface.figure) return;
  const panels = address.view.layout === "panels";
  if (address.view.space && !space) entering ??= enterSpace();
  element("in-space").setAttribute("aria-pressed", String(address.view.space === "1"));
  element("centre").classList.toggle("space", inSpace());
  // While an example is dragged, contours in a hurry take the place of Plotly's.
  const hurried = surface.figure.coarse && stage.figure && !inSpace();
  stage.hurry(hurried ? surface.figure : null);
  const figure = hurried ? stage.figure : surface.figure;
  const before = stage.arranged;
  const now = JSON.stringify([runs.map((run) => [run.look, run.name, run.visible, run.fork]), panels, figure.landscape, figure.window, scheme(), stage.box.clientWidth, stage.box.clientHeight]);
  stage.turned = surface.figure.turned;
  element("start-note").hidden = !/,rotation=/.test(surface.figure.landscape);
  const point = startOf(trails.link);
  if (!dragging) stage.start = point && stage.turn(point);
  stage.repeats = repeated();
  stage.setRuns(runs, panels);
  stage.figure = figure;
  // The plane is put in order when it is seen again.
  if (before !== now && !(stage.overlay && inSpace())) {
    stage.arranged = now;
    stage.arrange();
  }
  survey();
  // A trail of one landscape is not shown on another.
  const same = landscapeOf(trails.link).split(",")[0] === surface.figure.landscape.split(",")[0];
  fillField(surface.figure.landscape);
  if (same) stage.show(trails);
  showVerdicts();
  if (!inSpace()) space?.close();
  else if (same && (!surface.figure.window || surface.figure.coarse)) space.show(trails);
  if (curvesShown) showCurves();
  else if (trails.have) afterwards(showCurves);
  dirty = true;
  wake();
}

let space = null; // the view in three dimensions, once it was opened
let entering = null;

// Contours for the part of the plane that is seen; the surface is always that of the picture.
function survey() {
  surface.see(inSpace() ? null : stage.zoomed);
}

const inSpace = () => space !== null && address.view.space === "1";

function view(change) {
  address.setView(change);
  showRuns();
}

// What it needs is fetched when it is first wanted; where it cannot be had, the contours stay.
async function enterSpace() {
  const busy = (now) => element("stage").setAttribute("aria-busy", String(now));
  let words = "This browser draws nothing in three dimensions: WebGL is missing, or switched off in its settings.";
  busy(true);
  try {
    const { open } = await import("./scene.mjs");
    space = await open(element("space"), stage);
  } catch {
    words = "The view in three dimensions could not be had; choose it again to try again.";
  }
  busy(false);
  entering = null;
  say("space", space ? "" : words);
  view({ space: space ? address.view.space : "" });
}

let curvesShown = false;

// First the stage and the controls, then the curves.
const afterwards = globalThis.requestIdleCallback
  ? (act) => requestIdleCallback(act, { timeout: 1000 })
  : (act) => setTimeout(act, 200);

function showCurves() {
  curvesShown = true;
  element("load").hidden = !surface.figure.fit;
  const { fit: told } = surface.figure;
  element("slopes").hidden = !told || steepness(told.model, [0, 0], 0) === null;
  const [, stays] = /^@(\d+)/.exec(nameOf(trails.link)) ?? [];
  element("stays").textContent = stays ? `${Number(stays).toLocaleString("en")} examples stay in this browser: up to ${MOST_IN_LINK} travel in a link.` : "";
  fit.show(surface.figure.fit, trails, runs, (point) => stage.unturn(point));
  const { bounded, fit: data, layout } = surface.figure;
  const { axes } = layout.meta;
  const picture = layout.meta.domain;
  nameCurves(axes);
  const count = data?.data[0].x.length ?? 1;
  element("held-out").hidden = !data?.data[1].x.length;
  const points = new Map(runsOf(asked ?? "").map((run) => [run.look, run.bend?.points]));
  const bent = runs.map((run) => ({ ...run, bend: run.bend && { ...run.bend, points: points.get(run.look) ?? run.bend.points } }));
  curves.show(trails, bent, { view: address.view, bounded, axes, picture, examples: count, repeats: repeated(), along: alongside(along, "gx"), limits: alongside(limits, "limit") });
  showSlice();
}

function showSlice() {
  if (!curvesShown) return;
  const { slice: along, layout } = address.view;
  slice.show({ along, panels: layout === "panels", focus: focus.run }, trails, runs, surface.figure, sender(trails.link));
  dirty = true;
  wake();
}

// The choice of curves, by the names of this landscape's axes.
function nameCurves([x, y]) {
  const key = JSON.stringify([x, y]);
  if (key === named) return;
  named = key;
  const options = Object.entries(curves.figure.layout.meta.curves).map(([value, name]) => ({ value, label: name.replace("{x}", x).replace("{y}", y) }));
  dash_clientside.set_props("curves-shown", { options });
}

let named = "";

function showCards() {
  const style = getComputedStyle(document.documentElement);
  for (const run of runs) {
    const card = document.querySelector(`.run[data-run="${run.look}"]`);
    if (!card) continue;
    const { glyph, colour, dash } = look(run.look, style);
    const swatch = card.querySelector(".swatch");
    swatch.textContent = glyph;
    swatch.style.color = colour;
    swatch.style.setProperty("--dash", dash.length ? `repeating-linear-gradient(90deg, ${colour} 0 ${dash[0]}px, transparent 0 ${dash[0] + dash[1]}px)` : colour);
    card.toggleAttribute("data-hidden", !run.visible);
    card.querySelector('[data-act="hide"]').setAttribute("aria-pressed", String(!run.visible));
    card.querySelector('[data-act="solo"]').setAttribute("aria-pressed", String(address.view.solo === String(run.look)));
    card.querySelector('[data-act="seen"]')?.setAttribute("aria-pressed", String(address.view.seen === String(run.look)));
  }
  fillRepeats(repeated(), runs);
}

function hide(own) {
  const hidden = new Set(address.view.hidden.split(".").filter(Boolean));
  if (!hidden.delete(own)) hidden.add(own);
  view({ hidden: [...hidden].join("."), solo: "" });
}

// A run that goes on from this one at the step that is shown; the server makes its controls.
function fork(own) {
  const step = Math.floor(player.shown);
  const over = step >= player.steps;
  say("fork", over ? "Nothing comes after the last step: go back to the one from which the run shall go on, then fork it." : "");
  if (over) return;
  dash_clientside.set_props({ kind: "fork", run: own, part: "run", of: "", knob: "" }, { value: String(step) });
  if (!player.playing && !CALM.matches) player.play();
}

function see(own) {
  view({ seen: address.view.seen === own ? "" : own });
}

// The surface as one of the runs meets it in the next step, if that is wanted.
function fillSeen(k) {
  const run = runs.find(({ look, visible, chance }) => visible && chance && String(look) === address.view.seen);
  const step = Math.min(k + 1, trails.steps);
  const { levels } = surface.figure.layout.meta;
  seen.want(run ? address.view.seen : "", trails.link, step, levels, sender(trails.link));
  const words = run ? `┄ the surface as ${run.name} meets it in step ${step}` : "";
  const note = element("seen-note");
  if (note.textContent !== words) note.textContent = words;
}

// Arrows downhill over the landscape that is drawn, if they are wanted.
function fillField(landscape) {
  const on = address.view.field === "1";
  element("field").setAttribute("aria-pressed", String(on));
  field.want(on, landscape, sender(`landscape=${landscape}`));
  stage.field = field.arrows;
}

// The look for a projector is the light one, with other numbers and colours.
function project() {
  const on = address.view.projector === "1";
  paint(on);
  element("projector").setAttribute("aria-pressed", String(on));
}

function solo(own) {
  view({ solo: address.view.solo === own ? "" : own });
}

// ---------------------------------------------------------------- frames

let dirty = true;
let awake = false;
let resting = null;
let lastText = 0;
let odd = false;

function wake() {
  if (awake) return;
  awake = true;
  requestAnimationFrame(frame);
}

function frame(now) {
  player.tick(now);
  if (dirty) render(now);
  awake = player.playing;
  if (awake) requestAnimationFrame(frame);
}

// The stage at every frame; curves and scrubber at every second one, text ten times a second, and
// all of them at once when it rests. What is drawn costs the browser more than drawing it.
function render(now) {
  dirty = false;
  if (!trails.have || !stage?.overlay) return;
  const at = Math.max(0, Math.min(player.shown, trails.have - 1));
  const rests = !player.playing;
  const inspected = address.view.inspect ? focus.run : null;
  stage.inspected = inspector.want(inspected, trails.link, Math.floor(at), trails.steps, sender(trails.link));
  (inSpace() ? space : stage).draw(at);
  odd = !odd;
  if (odd || rests) {
    curves.draw(at);
    fit.draw(at);
    slice.draw(at);
  }
  if (!odd || rests) bar.step();
  if (now - lastText > 100 || rests) {
    lastText = now;
    const k = Math.floor(at);
    bar.say();
    fillTable(element("step-table"), trails, runs, k, surface.figure.layout.meta.axes);
    fillStatuses(trails, runs, k);
    fit.say(element("fit-text"), at);
    slice.say(element("slice-text"), at);
    fillSeen(k);
    diff.show(address.view.diff, trails, runs, diagonal(), k);
    inspector.say();
  }
  clearTimeout(resting);
  if (rests && !inSpace() && (trails.done || !player.live)) resting = setTimeout(() => stage.settle(), 250);
}

// Of the picture, as it is before somebody zooms.
function diagonal() {
  return Math.hypot(...surface.figure.layout.meta.domain.map(([low, high]) => high - low));
}

function announce() {
  const words = runs.map((run, i) => trails.runs[i]?.status && `${run.name}: ${sentence(trails.runs[i].status).slice(2)}.`);
  element("announce").textContent = words.filter(Boolean).join(" ");
}

// ---------------------------------------------------------------- what Dash calls

const SCHEME = ["data-scheme", "data-projector"];
const scheme = () => SCHEME.map((name) => document.documentElement.getAttribute(name));

globalThis.dash_clientside = Object.assign({}, globalThis.dash_clientside, {
  ravine: {
    // The link that is opened, and the examples beside it.
    recall(search, opened, experiment) {
      const text = search ?? opening;
      const rows = beside.recall(text);
      // The layout was made for the address, which may have had the link in full by then.
      const shown = [text, search ?? location.search].includes(opened.text);
      if (!shown || rows) return [{ text, beside: rows }, rows];
      readable.resolve(experiment);
      return [dash_clientside.no_update, rows];
    },

    // All controls -> the text of the experiment.
    compose() {
      const [picks, knobs, names] = dash_clientside.callback_context.inputs_list;
      const text = compose(picks.map(({ value }) => value), knobs.map(({ id, value }) => [id, value]), names.map(({ id, value }) => [id, value]));
      if (!picks.length) return dash_clientside.no_update;
      if (text !== asked && text !== trails.link && !examples.echoes(text)) ask(text, trails.link === "" || reopened || !branched(text, trails.link));
      reopened = false;
      return text;
    },

    // A slider is being moved. Sooner than through compose, which will say the same in a moment.
    turned(id, text) {
      const next = withKnob(asked ?? "", id, text);
      if (next) ask(next, false);
    },

    // The view changed.
    show(layout, loss, speed, tab, shown, over, axes) {
      begin(axes);
      element("page").dataset.tab = tab;
      if (!begun.view) {
        begun.view = true;
        for (const [id, value] of [["layout", address.view.layout], ["loss-scale", address.view.loss], ["speed", address.view.speed], ["curves-shown", readRows(address.view.curves)], ["over", address.view.over]]) {
          dash_clientside.set_props(id, { value });
        }
      } else {
        address.setView({ layout, loss, speed, curves: readRows(shown.join(".")).join("."), over });
        player.speed = Number(speed);
        askBeside();
      }
      showRuns();
      return dash_clientside.no_update;
    },

    // What the slice is along.
    slice(line) {
      const now = address.view.slice;
      const same = now === "" || now === line;
      if (!begun.slice && !same) dash_clientside.set_props("slice-along", { value: now });
      else if (!same) view({ slice: line });
      begun.slice ||= same;
    },
  },
});

// ---------------------------------------------------------------- once

const begun = { page: false, view: false, slice: false };

function begin(axes) {
  if (begun.page) return;
  begun.page = true;
  // Plotly looks at its boxes only when the window changes. The first sizes are those it begins with.
  const sizes = new Map();
  const boxes = new ResizeObserver((changes) => {
    const begun = changes.every(({ target }) => sizes.has(target));
    for (const { target, contentRect } of changes) sizes.set(target, contentRect);
    if (begun) window.dispatchEvent(new Event("resize"));
  });
  for (const id of ["stage", "fit", "curves"]) boxes.observe(element(id));
  stage = new Stage(element("stage"), setStart, survey);
  fit = new Fit(element("fit"), (points, final) => examples.change(points, final), (words) => say("example", words));
  curves = new Curves(element("curves"), axes, { seek: (step) => player.seek(step), bend, point });
  slice = new Slice(element("slice"), focus.menu("the run that is sliced"), {
    chosen: view,
    named: (options) => dash_clientside.set_props("slice-along", { options }),
    changed: showSlice,
  });
  const again = () => {
    dirty = true;
    wake();
  };
  verdicts = new Verdicts(element("verdicts"), (open) => (address.setView({ verdicts: open ? "1" : "" }), showVerdicts()), showVerdicts);
  verdicts.fold.open = address.view.verdicts === "1";
  diff = new Diff(element("diff"), address.view.diff, (looks) => (address.setView({ diff: looks }), again()));
  element("inspector").open = address.view.inspect !== "";
  const inspected = focus.menu("the run whose step is worked out");
  inspector = new Inspector(element("inspector"), inspected, (open) => (address.setView({ inspect: open ? "1" : "" }), again()), again);
  new MutationObserver(showRuns).observe(document.documentElement, { attributeFilter: SCHEME });
  lessons = new Lessons(element("lessons"), element("lesson"), () => address.setView({ lesson: "" }), (words) => say("lessons", words));
  lessons.tell(address.view.lesson);
  bar.begin();
  if (address.view.projector) project();
  element("load").prepend(...examples.buttons());
}

// What was pressed or chosen last keeps the focus when its card is made anew; where it is gone, as
// after a removal, the menu that adds a run gets it.
let held = null;

document.addEventListener("focusin", ({ target }) => (held = target));

function hold() {
  if (!held || held.isConnected || document.activeElement !== document.body) return;
  const { of, act } = held.dataset;
  const again = held.id ? element(held.id) : document.querySelector(`[data-act="${act}"][data-of="${of}"]`);
  again?.closest("details")?.setAttribute("open", "");
  (again ?? document.querySelector('#left > select'))?.focus({ preventScroll: true });
}

// React makes the cards and the help anew whenever they change.
new MutationObserver((changes) => {
  let cards = false;
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.nodeType !== 1) continue;
      fill(node);
      cards ||= node.matches(".run, #runs") || node.querySelector(".run") !== null;
    }
  }
  if (!cards) return;
  showCards();
  hold();
}).observe(document.documentElement, { childList: true, subtree: true });

let dragging = false;
let typing = null;
let bending = null;

function typeStart(x, y) {
  if (!document.querySelector("#start-controls .pair")) {
    // It was drawn until now: the boxes of a point take the place of its knobs.
    dash_clientside.set_props("experiment", { data: asked });
    dash_clientside.set_props({ kind: "pick", run: "", part: "start", of: "", knob: "" }, { value: "point" });
    return;
  }
  for (const [knob, value] of [["x", x], ["y", y]]) {
    dash_clientside.set_props({ kind: "knob", run: "", part: "start", of: "", knob }, { value: String(value) });
  }
}

// The examples that the landscape is made of were edited.
function edited(text, final) {
  if (!final) player.rest();
  ask(text, final);
}

// The steps where the pointer is on the curves light up on the stage.
function point(steps) {
  stage.hover = steps;
  dirty = true;
  wake();
}

// The points of a run's free schedule follow the pointer, and the run follows them.
function bend(look, points) {
  const id = { kind: "knob", run: String(look), part: "schedule", of: "piecewise", knob: "points" };
  const next = withKnob(asked ?? "", id, points);
  if (next) ask(next, false);
  clearTimeout(bending);
  bending = setTimeout(() => dash_clientside.set_props(id, { value: points }), 250);
  dirty = true;
  wake();
}

// The start follows the pointer with all trails at once; let go, they play from there.
function setStart(x, y, final) {
  dragging = !final;
  stage.start = stage.turn([x, y]);
  if (!final) player.rest();
  ask(asked ? withStart(asked, x, y) : `start=${x},${y}`, final);
  // The boxes can wait until the runs are on their way: Dash is slower than the server.
  clearTimeout(typing);
  if (final) typing = setTimeout(typeStart, 250, x, y);
  dirty = true;
  wake();
}

// Who types now does not want what was drawn a moment ago in the boxes.
document.addEventListener("input", () => {
  clearTimeout(typing);
  clearTimeout(bending);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play], [data-act], #share, #in-space, #field, #projector, #scheme, #show-keys, #hide-keys, #show-lessons");
  if (!button) return;
  if (button.dataset.play) bar.press(button.dataset.play);
  if (button.dataset.act === "hide") hide(button.dataset.of);
  if (button.dataset.act === "solo") solo(button.dataset.of);
  if (button.dataset.act === "seen") see(button.dataset.of);
  if (button.dataset.act === "fork") fork(button.dataset.of);
  if (button.id === "share") share(button);
  if (button.id === "in-space") view({ space: address.view.space ? "" : "1" });
  if (button.id === "field") view({ field: address.view.field ? "" : "1" });
  if (button.id === "projector") (address.setView({ projector: address.view.projector ? "" : "1" }), project());
  if (button.id === "scheme") toggleScheme();
  if (button.id === "show-keys") element("keys").showModal();
  if (button.id === "hide-keys") element("keys").close();
  if (button.id === "show-lessons") lessons.list();
});

document.addEventListener("keydown", (event) => {
  const inBox = event.target.closest("input, textarea, select, [role=dialog], dialog, [contenteditable]");
  // The scrubber moves by arrows itself; all other keys mean there what they mean elsewhere.
  const scrubbing = event.target.id === "scrub" && !/^(Arrow|Home|End|Page)/.test(event.key);
  if (!inBox && event.key === "z" && (event.ctrlKey || event.metaKey) && examples.undo()) event.preventDefault();
  if ((inBox && !scrubbing) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return; // it presses them
  if (event.key === "?") element("keys").showModal();
  else if (/^[1-9]$/.test(event.key) && runs[event.key - 1]) solo(String(runs[event.key - 1].look));
  else if (!bar.key(event)) return;
  event.preventDefault();
});

async function share(button) {
  const link = `${location.origin}${location.pathname}${address.whole}`;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = nameOf(address.link) ? "copied, without its examples" : "copied";
    setTimeout(() => (button.textContent = before), 1500);
  } catch {
    prompt("The link to this experiment:", link);
  }
}

window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(showRuns, 100);
});

let resizing = null;
ask(location.search.slice(1), true);
surface.ask("", location.search.slice(1));
