// Light or dark: as the system is, until somebody chooses. For a projector the page is light.

const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
const page = document.documentElement;

// Where the browser keeps nothing, the choice lasts as long as the page.
let chosen = null;
try {
  chosen = localStorage.getItem("scheme");
} catch {}

export function paint(projector = page.hasAttribute("data-projector")) {
  page.toggleAttribute("data-projector", projector);
  page.dataset.scheme = projector ? "light" : (chosen ?? (SYSTEM.matches ? "dark" : "light"));
}

export function toggleScheme() {
  chosen = page.dataset.scheme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("scheme", chosen);
  } catch {}
  paint();
}

SYSTEM.addEventListener("change", () => paint());
paint();
