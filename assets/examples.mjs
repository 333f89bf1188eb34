// Own examples, edited by hand or loaded from a file: few travel in the link, many beside it.

import { MOST_IN_LINK, nameOf } from "./beside.mjs";
import { checkFile, readExamples } from "./csv.mjs";
import { element } from "./element.mjs";
import { writePoints } from "./knots.mjs";
import { landscapeOf, withKnob } from "./link.mjs";

const PAUSE = 250; // ms; Dash can wait until the runs are on their way
const ECHO = 2000; // ms in which Dash has made of a name what it makes of it
const MOST_PAST = 20; // changes that can be taken back

export class Examples {
  // `page` has asked() (the text that was last asked for), ask(text, final), say(kind, words),
  // note(words), set(id, properties) and open(link and what is beside it); `link` is the one that the page was opened with.
  constructor(beside, page, link) {
    Object.assign(this, { beside, page });
    this.told = nameOf(link); // the examples that Dash has
    this.names = new Map(); // that Dash was told, and when
    this.missing = beside.recall(link) ? "" : nameOf(link);
    this.last = {}; // {of, value, rows}: the examples that the server has read last, and of which landscape
    this.past = []; // what they were before each change
    this.taken = new Set(); // the values that were taken back
  }

  // `final` is false while one of them is being dragged.
  change(points, final) {
    const text = this.page.asked();
    const many = points.length > MOST_IN_LINK;
    const value = many ? this.beside.hold(points) : writePoints(points);
    const id = box(text);
    // As many as before have the same name until the server has told the whole of it, and whoever
    // pauses before letting go has asked for these already, as for something that is dragged.
    const same = final || (many && nameOf(text) === value);
    const next = withKnob(text, id, value) ?? (same ? text : null);
    if (!next) return;
    this.page.ask(next, final);
    clearTimeout(this.typing);
    if (!many) this.typing = setTimeout(() => this.page.set(id, { value }), PAUSE);
  }

  // Buttons that let somebody choose a file, as Dash has no plain file input, and take a change back.
  buttons() {
    const choose = ({ target }) => {
      const [file] = target.files;
      if (file) this.load(file);
      target.value = ""; // the same file may be chosen again
    };
    const input = element("input", "", { type: "file", accept: ".csv,.tsv,.txt", onchange: choose });
    this.back = element("button", "undo", { className: "plain", disabled: true, onclick: () => this.undo() });
    return [element("label", ["load a CSV file", input], { className: "plain" }), this.back];
  }

  // The examples are again what they were before the last change, however they were changed; whether
  // there was one.
  undo() {
    const text = this.page.asked();
    const known = valueOf(text) === this.last.value || this.taken.has(valueOf(text));
    const back = known ? this.past.pop() : this.last; // what is still on its way is taken back first
    if (back?.of !== box(text).of) return false;
    const { value, rows } = back;
    this.taken.add(value);
    const held = this.beside.recall(text);
    if (rows) this.beside.resume(value, rows);
    this.page.note("");
    this.#open({ text: withKnob(text, box(text), value) ?? text, beside: rows, before: text, held });
    return true;
  }

  // Another landscape has examples of its own.
  #keep(link, rows) {
    const { of } = box(link);
    const value = valueOf(link);
    const { last } = this;
    this.last = { of, value, rows };
    if (of !== last.of) this.past = [];
    else if (value !== last.value && !this.taken.delete(value)) {
      this.taken.clear();
      this.past.push(last);
      this.past.splice(0, this.past.length - MOST_PAST);
    }
    if (this.back) this.back.disabled = !this.past.length;
  }

  // Dash makes the page anew: rates that were suggestions become those for the examples there are now.
  #open(opened) {
    clearTimeout(this.typing);
    clearTimeout(this.telling);
    this.page.open(opened);
  }

  // A file takes the place of the examples there are; it is read here.
  async load(file) {
    try {
      checkFile(file);
      const points = readExamples(new Uint8Array(await file.arrayBuffer()), file.name);
      const before = this.page.asked();
      const held = this.beside.recall(before);
      const value = points.length > MOST_IN_LINK ? this.beside.hold(points) : writePoints(points);
      const text = withKnob(before, box(before), value) ?? before;
      this.#open({ text, beside: this.beside.recall(text), before, held });
      this.page.say("file", "");
      this.page.note(`${file.name}: ${points.length.toLocaleString("en")} examples`);
    } catch (error) {
      this.page.say("file", error.message);
    }
  }

  // The server could read the text that was asked for, with these rows beside it, and writes it as
  // `link`. What Dash holds of both follows together.
  accepted(link, text, rows, final) {
    const name = nameOf(link);
    if (name) this.beside.remember(name, rows, final);
    // What was asked for while an example moved is no change of its own.
    if (final && text === this.page.asked()) this.#keep(link, rows);
    if (name && this.missing) {
      this.page.say("file", name === this.missing ? "" : "These are other examples than those that the link was made with.");
      this.missing = "";
    }
    if (name === this.told) return;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      this.told = name;
      this.page.set("beside", { data: name ? rows : "" });
      if (!name || name === nameOf(text)) return;
      this.names.set(name, performance.now());
      this.page.set(box(link), { value: name });
    }, final ? 0 : PAUSE);
  }

  // Whether a text is but what Dash makes of a name that it was told while other examples were asked
  // for: it would take the newer ones away.
  echoes(text) {
    const name = nameOf(text);
    const fresh = performance.now() - this.names.get(name) < ECHO;
    return fresh && withKnob(this.page.asked(), box(text), name) === text;
  }
}

function valueOf(text) {
  return /,points=([^,]*)/.exec(landscapeOf(text))?.[1] ?? "";
}

function box(text) {
  return { kind: "knob", run: "", part: "landscape", of: landscapeOf(text).split(",")[0], knob: "points" };
}
