// The run in focus, which slice and inspector show, and the menus that choose it.

export class Focus {
  // `chosen(look)` is told of the run that somebody wants.
  constructor(chosen) {
    this.chosen = chosen;
    this.run = null;
    this.menus = [];
  }

  menu(label) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", label);
    select.addEventListener("change", () => this.chosen(select.value));
    this.menus.push(select);
    return select;
  }

  // The run with the look that is wanted, or the first that is seen; null for none.
  choose(runs, wanted) {
    const seen = runs.filter((run) => run.visible);
    this.run = seen.find(({ look }) => String(look) === wanted) ?? seen[0] ?? null;
    const key = JSON.stringify(seen.map(({ look, name }) => [look, name]));
    for (const select of this.menus) {
      if (select.dataset.key !== key) {
        select.dataset.key = key;
        select.replaceChildren(...seen.map(({ look, name }) => new Option(name, look)));
        select.hidden = seen.length < 2;
      }
      if (this.run) select.value = this.run.look;
    }
  }
}
