// MathML made by app/formula.py, put where Dash cannot: Dash has no elements of MathML.

export function fill(root) {
  const all = root.matches?.("[data-mathml]") ? [root] : root.querySelectorAll?.("[data-mathml]") ?? [];
  for (const element of all) {
    if (element.filled === element.dataset.mathml) continue;
    element.filled = element.dataset.mathml;
    element.innerHTML = element.dataset.mathml;
  }
}
