// MathML made by app/formula.py, put where Dash cannot: Dash has no elements of MathML.

export function fill(root) {
  const all = root.matches?.("[data-math]") ? [root] : root.querySelectorAll?.("[data-math]") ?? [];
  for (const element of all) {
    if (element.filled === element.dataset.math) continue;
    element.filled = element.dataset.math;
    element.innerHTML = element.dataset.math;
  }
}
