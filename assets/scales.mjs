// Where a value stands on a slider (0 to 1), and back.
// A range is [low, high, scale, whole], as app/knobs.py declares it.

const STEP = 0.002;
const ZERO = 0.05; // A logarithmic scale that begins at 0 has its zero in the first twentieth.

export function toPosition([low, high, scale, whole], value) {
  if (scale === "near one") {
    return share(-Math.log10(1 - low), -Math.log10(1 - high), -Math.log10(1 - value));
  }
  if (scale === "log") {
    if (value <= 0) return 0;
    const first = low || (whole ? 1 : high * 1e-6);
    const at = share(Math.log10(first), Math.log10(high), Math.log10(Math.max(value, first)));
    return low === 0 ? ZERO + (1 - ZERO) * at : at;
  }
  return share(low, high, value);
}

// Three significant digits, and never beyond the range's ends.
export function toValue([low, high, scale, whole], position) {
  let value;
  if (scale === "near one") {
    const nines = mix(-Math.log10(1 - low), -Math.log10(1 - high), position);
    value = 1 - round(10 ** -nines, 2);
  } else if (scale === "log") {
    if (low === 0 && position < ZERO / 2) return 0;
    const first = low || (whole ? 1 : high * 1e-6);
    const at = low === 0 ? Math.max(0, (position - ZERO) / (1 - ZERO)) : position;
    value = 10 ** mix(Math.log10(first), Math.log10(high), at);
  } else {
    value = mix(low, high, position);
  }
  value = whole ? Math.round(value) : round(value, scale === "near one" ? 6 : 3);
  return Math.min(high, Math.max(low, value));
}

// The nearest position in a direction (1 or -1) that has another value.
export function stepped(range, position, direction) {
  const value = toValue(range, position);
  let at = position;
  do at = Math.min(1, Math.max(0, at + direction * STEP));
  while (toValue(range, at) === value && at > 0 && at < 1);
  return at;
}

export function round(value, digits) {
  return Number(value.toPrecision(digits));
}

function share(low, high, value) {
  return (value - low) / (high - low);
}

function mix(low, high, at) {
  return low + (high - low) * at;
}
