// How a run is told apart: colour, dash and marker together. assets/style.css has the colours, and
// says which is which for the dark page.

export const COLOURS = 8;
const DASHES = [[], [9, 4], [3, 3], [10, 3, 3, 3], [14, 5]];
const MARKERS = ["circle", "triangle", "square", "diamond", "down", "hexagon", "star"];
const GLYPHS = { circle: "●", triangle: "▲", square: "■", diamond: "◆", down: "▼", hexagon: "⬢", star: "★" };

// Dashes and markers come round at other intervals than colours, so that 32 looks all differ.
export function look(number, style) {
  const marker = MARKERS[number % MARKERS.length];
  const { pen, size } = scales(style);
  return {
    colour: style.getPropertyValue(`--run-${number % COLOURS}`).trim(),
    dash: DASHES[number % DASHES.length].map((length) => length * pen),
    size,
    marker,
    glyph: GLYPHS[marker],
  };
}

// How much thicker lines are than usual, and how much larger marks and texts: assets/style.css says.
export function scales(style) {
  const [pen, size] = ["--pen", "--size"].map((name) => Number(style.getPropertyValue(name)) || 1);
  return { pen, size };
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

const EDGE = "#10151c";

// Where a run is: its marker, with a dark outline and a light core.
export function head(context, { marker, colour, size }, x, y) {
  outline(context, marker, x, y, 5.5 * size);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.6;
  context.strokeStyle = EDGE;
  context.stroke();
  context.beginPath();
  context.arc(x, y, 1.6 * size, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.fill();
}

// Where a run went that is not to be seen.
export function dart(context, { colour, size }, x, y, angle) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.scale(size, size);
  context.beginPath();
  context.moveTo(9, 0);
  context.lineTo(-6, -6);
  context.lineTo(-2, 0);
  context.lineTo(-6, 6);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = EDGE;
  context.lineWidth = 1.4;
  context.fill();
  context.stroke();
  context.restore();
}
