// The lessons of app/lessons.py: a list of them, and what one that is open has to say.

import { element } from "./element.mjs";

export class Lessons {
  // `dialog` lists them; `box` says what to see in the one that is open, and `closed()` is told that
  // somebody has seen enough, and `failed(words)` that they could not be had; "" takes that back.
  constructor(dialog, box, closed, failed) {
    Object.assign(this, { dialog, box, closed, failed });
  }

  async list() {
    const { dialog } = this;
    const groups = await this.#load();
    if (!groups) return;
    const close = element("button", "close", { className: "plain", onclick: () => dialog.close() });
    const link = ({ title, address }) => element("li", element("a", title, { href: address }));
    const parts = groups.flatMap(({ group, lessons }) => [element("h3", group), element("ul", lessons.map(link))]);
    dialog.replaceChildren(element("h2", "Lessons"), ...parts, close);
    dialog.showModal();
  }

  // Shows what a lesson says; "" for none, and one that there is not says nothing.
  async tell(key) {
    const { box } = this;
    const all = ((key && (await this.#load())) || []).flatMap(({ lessons }) => lessons);
    const at = all.findIndex((lesson) => lesson.key === key);
    box.hidden = at < 0;
    if (at < 0) return;
    const [{ title, words }, next] = all.slice(at);
    const shut = () => {
      box.hidden = true;
      this.closed();
    };
    const close = element("button", "", { className: "icon remove", title: "close the lesson", ariaLabel: "close the lesson", onclick: shut });
    const more = next ? [element("a", `next: ${next.title}`, { href: next.address })] : [];
    box.replaceChildren(element("div", [element("strong", title), close]), element("p", words), ...more);
  }

  // Once; where the network is away there are none, and whoever asks again tries again.
  async #load() {
    try {
      this.groups ??= await (await fetch("lessons")).json();
      this.failed("");
    } catch {
      this.failed("The lessons could not be had; press again to try again.");
    }
    return this.groups;
  }
}
