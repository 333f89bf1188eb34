// What is set, chosen, opened and kept on the page, as Dash components (app/components.py). There are
// dozens, so each is made of the browser's own elements; React comes with Dash.

import { stepped, toPosition, toValue } from "./scales.mjs";

// Until Dash is told, in ms.
const TYPED = 300;
const TURNED = 80;
const WAYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
// Whether a list of options can hold pictures; elsewhere it holds names.
const PICTURES = globalThis.CSS?.supports("appearance: base-select") ?? false;

// A knob: its name, a slider and a box to type into.
function Dial({ id, value, name, label, hint, kind, range, marks = [], placeholder, error, setProps }) {
  const { createElement: draw, useEffect, useRef, useState } = globalThis.React;
  const [text, setText] = useState(value);
  const [at, setAt] = useState(() => position(range, value) ?? 0);
  const known = useRef(value); // by Dash
  const later = useRef({});

  const follow = (next) => {
    setText(next);
    setAt((before) => position(range, next) ?? before);
  };
  // What somebody else set takes the place of what was here.
  useEffect(() => {
    if (value === known.current) return;
    clearTimeout(later.current.timer);
    later.current = {};
    known.current = value;
    follow(value);
  }, [value]);

  const tell = (next, pause) => {
    clearTimeout(later.current.timer);
    const now = () => {
      clearTimeout(later.current.timer);
      later.current = {};
      known.current = next;
      setProps({ value: next });
    };
    later.current = { now, timer: setTimeout(now, pause) };
  };
  const turn = (to) => {
    const next = String(toValue(range, to));
    setAt(to);
    setText(next);
    globalThis.dash_clientside.ravine.turned(JSON.parse(id), next);
    tell(next, TURNED);
  };
  const type = (next) => {
    follow(next);
    tell(next, TYPED);
  };

  const problem = `${id}-problem`;
  const slider = () =>
    draw(
      "span",
      { className: "slider", title: hint, style: { "--at": at } },
      ...marks.map((mark) => draw("i", { key: mark, style: { "--at": position(range, mark) } })),
      draw("input", {
        type: "range",
        min: 0,
        max: 1,
        step: 0.001,
        value: at,
        "aria-label": label,
        "aria-valuetext": text,
        onChange: ({ target }) => turn(Number(target.value)),
        onKeyDown: (event) => {
          if (!(event.key in WAYS) || event.altKey || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          turn(stepped(range, at, WAYS[event.key]));
        },
      }),
    );
  return draw(
    "div",
    { className: `dial ${kind}` },
    name && draw("label", { htmlFor: id, title: hint }, name),
    range && slider(),
    draw("input", {
      id,
      type: "text",
      value: text,
      placeholder,
      title: kind === "name" ? text || placeholder : undefined,
      "aria-label": label,
      "aria-invalid": error ? true : undefined,
      "aria-describedby": error ? problem : undefined,
      inputMode: kind === "number" || kind === "axis" ? "decimal" : "text",
      spellCheck: false,
      autoComplete: "off",
      onChange: ({ target }) => type(target.value),
      onBlur: () => later.current.now?.(),
      onKeyDown: ({ key }) => key === "Enter" && later.current.now?.(),
    }),
    error && draw("p", { id: problem, className: "error" }, error),
  );
}

// Of the thumb; undefined for what is no number.
function position(range, text) {
  const value = Number(text);
  if (!range || String(text).trim() === "" || !Number.isFinite(value)) return undefined;
  return Math.min(1, Math.max(0, toPosition(range, value)));
}

// One of several: a menu, or buttons side by side. `summaries` are sentences for the options of a menu
// whose thumbnails lie one below the other in the same order.
function Choice({ id, value, kind, label, options, placeholder, summaries, setProps }) {
  const { createElement: draw } = globalThis.React;
  if (kind === "buttons") {
    const button = (option) =>
      draw(
        "label",
        { key: option.value },
        draw("input", { type: "radio", name: id, checked: option.value === value, onChange: () => setProps({ value: option.value }) }),
        draw("span", null, option.label),
      );
    return draw("div", { id, className: "segments", role: "radiogroup", "aria-label": label }, ...options.map(button));
  }
  const pictures = PICTURES && summaries;
  // A screen reader reads the name alone: it hears the sentence when the option is chosen.
  const pictured = (option) => [
    draw("span", { key: 0, className: "thumbnail", style: { "--place": Object.keys(summaries).indexOf(option.value) }, "aria-hidden": true }),
    draw("span", { key: 1 }, option.label),
    draw("span", { key: 2, className: "quiet", "aria-hidden": true }, summaries[option.value]),
  ];
  const item = (option) =>
    option.group
      ? draw("optgroup", { key: option.group, label: option.group }, ...option.items.map(item))
      : draw("option", { key: option.value, value: option.value, className: pictures ? "pictured" : undefined }, pictures ? pictured(option) : option.label);
  return draw(
    "select",
    { id, "aria-label": label, value: value ?? "", className: pictures ? "pictures" : undefined, onChange: ({ target }) => setProps({ value: target.value }) },
    pictures && draw("button", null, draw("selectedcontent")),
    placeholder && draw("option", { value: "" }, placeholder),
    ...options.map(item),
  );
}

// Any of several. `most` are chosen at the same time, and one at least.
function Ticks({ id, value, label, options, most, setProps }) {
  const { createElement: draw } = globalThis.React;
  const tick = (option) => {
    const on = value.includes(option.value);
    const props = {
      type: "checkbox",
      checked: on,
      disabled: on ? value.length === 1 : value.length === most,
      onChange: () => setProps({ value: on ? value.filter((one) => one !== option.value) : [...value, option.value] }),
    };
    return draw("label", { key: option.value }, draw("input", props), option.label);
  };
  return draw("fieldset", { id, className: "ticks" }, draw("legend", { className: "quiet" }, label), ...options.map(tick));
}

// A button, and what it opens beside it; what is `lazy` is made when it is first opened.
function Popup({ face, label, title, className, lazy, children }) {
  const { createElement: draw, useEffect, useId, useRef, useState } = globalThis.React;
  const id = useId();
  const [made, setMade] = useState(!lazy);
  const box = useRef(null);
  useEffect(() => {
    const { current } = box;
    const before = () => setMade(true);
    const after = ({ newState }) => newState === "open" && current.focus();
    current.addEventListener("beforetoggle", before);
    current.addEventListener("toggle", after);
    return () => {
      current.removeEventListener("beforetoggle", before);
      current.removeEventListener("toggle", after);
    };
  }, []);
  return draw(
    "span",
    { className: "popup" },
    draw("button", { type: "button", className, popovertarget: id, "aria-label": label, "aria-haspopup": "dialog" }, face),
    draw("div", { ref: box, id, popover: "auto", role: "dialog", "aria-label": title, tabIndex: 0 }, made && children),
  );
}

// Where the page is, whenever Back or another link changes that.
function Location({ setProps }) {
  globalThis.React.useEffect(() => {
    const tell = () => setProps({ search: location.search });
    addEventListener("popstate", tell);
    return () => removeEventListener("popstate", tell);
  }, []);
  return null;
}

// What callbacks hand on to each other.
function Store() {
  return null;
}

globalThis.ravine = { Choice, Dial, Location, Popup, Store, Ticks }; // where Dash looks for them
