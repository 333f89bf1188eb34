// What a mouse, fingers and keys do to a camera: a drag turns it, with the right button or shift it
// moves it, a wheel and two fingers zoom. A press that stays where it is, is a click.

const STILL = 4; // pixels that a press may move
const VIEW = Math.PI / 4; // the angle under which Plotly's camera sees its picture, from below to above
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOMS = { "+": 1.2, "=": 1.2, "-": 1 / 1.2 };

// `move` is told of changes as space.mjs' orbit has them, `press` where somebody clicked in the box,
// `hover` where a pointer is, or of null, and `reset` when the camera shall stand where it stood.
// `height()` are the pixels of the picture, over which a drag turns it half round.
export function gestures(box, { move, press, hover, reset, height }) {
  const held = new Map(); // where the pointers are that are down
  let pressed = null; // where the only one went down, as long as it stays there
  let pinched = false; // until all fingers are lifted
  const at = ({ clientX, clientY }) => {
    const { left, top } = box.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const far = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
  const apart = () => far(...held.values());
  const drag = ([dx, dy], moves) => {
    const [right, down] = [dx / height(), dy / height()];
    const whole = 2 * Math.tan(VIEW / 2);
    move(moves ? { across: -whole * right, rise: whole * down } : { turn: -Math.PI * right, tilt: Math.PI * down });
  };

  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    pressed = held.size === 1 && event.button === 0 ? at(event) : null;
    pinched ||= held.size > 1;
    hover(null);
  });
  box.addEventListener("pointermove", (event) => {
    const [now, last] = [at(event), held.get(event.pointerId)];
    if (!last) hover(now);
    if (!last || (pressed && far(pressed, now) < STILL)) return;
    pressed = null;
    const before = held.size === 2 && apart();
    held.set(event.pointerId, now);
    if (before) move({ zoom: apart() / before });
    else if (!pinched) drag([now[0] - last[0], now[1] - last[1]], event.buttons & 2 || event.shiftKey);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    box.addEventListener(end, (event) => {
      held.delete(event.pointerId);
      if (pressed && end === "pointerup") press(pressed);
      pressed = null;
      pinched &&= held.size > 0;
    });
  }
  box.addEventListener("pointerleave", () => hover(null));
  box.addEventListener("contextmenu", (event) => event.preventDefault());
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    // Lines are longer than pixels, and two fingers on a pad, which come as ctrl, are slow.
    const speed = (event.deltaMode ? 20 : 1) * (event.ctrlKey ? 8 : 1);
    move({ zoom: Math.exp((-speed * event.deltaY) / 800) });
  }, { passive: false });
  box.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key in ARROWS) drag(ARROWS[key].map((way) => (way * height()) / 18), event.shiftKey);
    else if (key in ZOOMS) move({ zoom: ZOOMS[key] });
    else if (key === "0") reset();
    else return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere arrows are steps
  });
}
