// What Mantine's menus do not do by themselves.

globalThis.dashMantineFunctions = {
  ...globalThis.dashMantineFunctions,

  // A landscape with its thumbnail and its sentence. The thumbnails lie one below the other, in the
  // order of `summaries`. A screen reader reads the name alone, since it hears the sentence when the
  // landscape is picked.
  pictured({ option }, { summaries }) {
    const draw = globalThis.React.createElement;
    const place = Object.keys(summaries).indexOf(option.value);
    return draw(
      "span",
      { className: "pictured" },
      draw("span", { className: "thumbnail", style: { "--place": place }, "aria-hidden": true }),
      draw("span", null, option.label),
      draw("span", { className: "quiet", "aria-hidden": true }, summaries[option.value]),
    );
  },
};

// A box that opens a list says so, and whether the list is open.
new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (!target.matches("input")) continue;
    target.setAttribute("role", "combobox");
    target.setAttribute("aria-expanded", String(target.hasAttribute("data-expanded")));
  }
}).observe(document.documentElement, { subtree: true, attributeFilter: ["data-expanded"] });
