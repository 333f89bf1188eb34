// The player's bar: its buttons and keys, the scrubber, and what they show.

export class Bar {
  constructor(player, looped) {
    this.player = player;
    this.looped = looped; // told when the loop is switched
  }

  begin() {
    const scrubber = Object.assign(document.createElement("input"), { type: "range", id: "scrub", min: 0, value: 0, step: 1 });
    scrubber.setAttribute("aria-label", "step");
    scrubber.addEventListener("input", () => this.player.seek(Number(scrubber.value)));
    document.getElementById("scrubber").append(scrubber);
    this.scrubber = scrubber;
    this.state();
  }

  press(name) {
    const { player } = this;
    const act = {
      start: () => player.seek(0),
      back: () => player.by(-1),
      toggle: () => player.toggle(),
      forward: () => player.by(1),
      end: () => player.seek(player.steps),
      live: () => player.goLive(),
      loop: () => {
        player.loop = !player.loop;
        this.looped(player.loop);
        this.state();
      },
    };
    act[name]();
  }

  // Whether the key meant something to the player.
  key({ key, shiftKey }) {
    const { player } = this;
    const many = shiftKey ? 10 : 1;
    const act = {
      " ": () => player.toggle(),
      ArrowLeft: () => player.by(-many),
      ArrowRight: () => player.by(many),
      Home: () => player.seek(0),
      End: () => player.seek(player.steps),
    }[key];
    act?.();
    return act !== undefined;
  }

  // Playing or paused, live or review, looping or not.
  state() {
    const { player } = this;
    const toggle = document.querySelector('[data-play="toggle"]');
    if (!toggle) return;
    const words = player.playing ? "pause" : "play";
    toggle.setAttribute("aria-label", words);
    toggle.title = words;
    toggle.dataset.state = player.playing ? "playing" : "paused";
    document.querySelector('[data-play="loop"]').setAttribute("aria-pressed", String(player.loop));
    const mode = document.getElementById("mode");
    mode.textContent = player.live ? "live" : "review ↩";
    mode.title = player.live ? "the page follows the runs" : "you are looking back; press to go back to live";
    mode.dataset.mode = player.live ? "live" : "review";
  }

  // The step that is shown, and how much has arrived.
  step() {
    const { player, scrubber } = this;
    const share = (step) => `${Math.round((1e4 * step) / Math.max(player.steps, 1)) / 100}%`;
    if (scrubber.max !== String(player.steps)) scrubber.max = player.steps;
    scrubber.value = player.step;
    scrubber.style.setProperty("--at", share(player.step));
    if (this.have !== share(player.have)) scrubber.style.setProperty("--have", (this.have = share(player.have)));
  }

  // The same in words, as often as the other numbers on the page.
  say() {
    const words = `step ${this.player.step} of ${this.player.steps}`;
    this.scrubber.setAttribute("aria-valuetext", words);
    document.getElementById("readout").textContent = words;
  }
}
