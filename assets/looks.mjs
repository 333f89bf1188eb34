// How a run is told apart: colour, dash and marker together. assets/style.css has the colours, and
// says which is which for the dark page.

export const COLOURS = 8;
const DASHES = [[], [9, 4], [3, 3], [10, 3, 3, 3], [14, 5]];
const MARKERS = ["circle", "triangle", "square", "diamond", "down", "hexagon", "star"];
const GLYPHS = { circle: "●", triangle: "▲", square: "■", diamond: "◆", down: "▼", hexagon: "⬢", star: "★" };

// Dashes and markers come round at other intervals than colours, so that 32 looks all differ.
export function look(number, style) {
  const marker = MARKERS[number % MARKERS.length];
  return {
    colour: style.getPropertyValue(`--run-${number % COLOURS}`).trim(),
    dash: DASHES[number % DASHES.length],
    marker,
    glyph: GLYPHS[marker],
  };
}

// The outline of a marker of radius r round (x, y), on a canvas path.
export function outline(context, marker, x, y, r) {
  context.beginPath();
  if (marker === "circle") {
    context.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  const [corners, turn, inner] = {
    triangle: [3, -0.5, 1],
    down: [3, 0.5, 1],
    square: [4, 0.25, 1],
    diamond: [4, 0, 1],
    hexagon: [6, 0, 1],
    star: [10, -0.5, 0.5],
  }[marker];
  for (let i = 0; i < corners; i++) {
    const radius = 1.25 * r * (i % 2 ? inner : 1);
    const angle = turn * Math.PI + (2 * Math.PI * i) / corners;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}
