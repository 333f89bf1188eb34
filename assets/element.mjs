// An element of a kind, with a text or with others in it, and its other properties.
export function element(kind, inside, more = {}) {
  const made = Object.assign(document.createElement(kind), more);
  made.append(...[inside].flat());
  return made;
}
