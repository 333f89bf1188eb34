// Runs in each page before its own scripts, and watches what it draws. Nothing of a page is changed.

(() => {
  const watch = (globalThis.watched = {
    input: 0, // when the last input event came
    frames: [], // {time, stamp, dots} of what Ravine drew in the browser's frame of that stamp
    drawn: false, // whether a trail has been drawn
    animated: [], // [the click that it belongs to, time] of every frame of Plotly
    tasks: [], // [begin, length] of every long task
    bands: [], // {time, said} of every time that the repeats' bands were drawn, with their sentence
    fits: [], // the times at which the curves through the examples were drawn
    contours: [], // the times at which other contours were
    usable: null, // when `ready` first held
  });
  const stage = (canvas) => canvas.className === "overlay" && canvas.closest("#stage");
  const upper = (canvas) => stage(canvas) && canvas.previousElementSibling?.className === "overlay";
  const { clearRect, arc, stroke } = CanvasRenderingContext2D.prototype;

  // What is drawn between two frames of the browser is drawn over before anybody sees it.
  let stamp = null;
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = (act) =>
    requestAnimationFrame((now) => {
      stamp = now;
      act(now);
      stamp = null;
    });

  // The upper canvas is cleared whenever heads are drawn ...
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.closest("#fit")) watch.fits.push(performance.now());
    if (upper(this.canvas)) watch.frames.push({ time: performance.now(), stamp, dots: "" });
    return clearRect.apply(this, box);
  };

  // ... and then each run's head is drawn, with a dot in its middle.
  CanvasRenderingContext2D.prototype.arc = function (x, y, r, ...more) {
    if (r === 1.6 && upper(this.canvas)) watch.frames.at(-1).dots += `${x.toFixed(2)},${y.toFixed(2)} `;
    return arc.call(this, x, y, r, ...more);
  };

  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    watch.drawn ||= Boolean(stage(this.canvas)) && !upper(this.canvas);
    return stroke.apply(this, path);
  };

  // The bands are the only thing on the curves that is so pale.
  const { fill } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fill = function (...path) {
    if (this.globalAlpha < 0.25 && this.canvas.closest("#curves")) {
      watch.bands.push({ time: performance.now(), said: document.querySelector("[data-repeats]").textContent });
    }
    return fill.apply(this, path);
  };

  // Contours in a hurry are a picture that is made anew.
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...picture) {
    watch.contours.push(performance.now());
    return putImageData.apply(this, picture);
  };

  // How often three things were drawn since then, each with something new.
  watch.followed = (since) => {
    const heads = watch.frames.filter(({ time, dots }) => time > since && dots).map(({ dots }) => dots);
    const later = (times) => times.filter((time) => time > since).length;
    return { contours: later(watch.contours), trails: heads.filter((dots, i) => i && dots !== heads[i - 1]).length, fits: later(watch.fits) };
  };

  for (const kind of ["pointerup", "keydown"]) {
    addEventListener(kind, () => (watch.input = performance.now()), true);
  }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) watch.tasks.push([startTime, duration]);
  }).observe({ type: "longtask" });

  // From the last input to the first frame with other heads than before it, and to the first after
  // that in which they have moved.
  watch.latency = () => {
    const before = watch.frames.filter(({ time }) => time < watch.input).at(-1);
    const after = watch.frames.filter(({ time, stamp, dots }) => time > watch.input && stamp && dots);
    const fresh = after.find(({ dots }) => dots !== before.dots);
    const moved = fresh && after.find(({ time, dots }) => time > fresh.time && dots !== fresh.dots);
    return [fresh, moved].map((frame) => (frame ? frame.time - watch.input : null));
  };

  // How many frames of the browser had something drawn since then.
  watch.count = (since) =>
    new Set(watch.frames.filter(({ time, stamp }) => time > since && stamp).map(({ stamp }) => stamp)).size;

  const ready = {
    ravine: () => watch.drawn && document.querySelector(".run [type=range]"),
    usual: () => {
      const control = document.querySelector("#slider [role=slider], #slider .rc-slider-handle");
      const drawn = document.querySelector(".contourlayer path") && document.querySelector("#menu");
      return control && drawn && document.querySelector("#told")?.textContent;
    },
  };
  requestAnimationFrame(function look() {
    if (Object.values(ready).some((holds) => holds())) watch.usable = performance.now();
    else requestAnimationFrame(look);
  });
})();
