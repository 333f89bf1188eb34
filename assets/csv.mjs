// A file of examples -> [[input, target], ...], or an Error whose message says what to change.

export const MOST_ROWS = 10_000;
const LARGEST = 1_000_000; // bytes: so many rows of two long numbers are less
const FARTHEST = 1e6;

// What a file claims to be, before it is read.
export function checkFile({ name, size }) {
  if (size === 0) throw new Error(`${name} is empty.`);
  if (size > LARGEST) throw new Error(`${name} has ${(size / 1e6).toFixed(1)} MB; ${LARGEST / 1e6} MB is the most, so take fewer rows.`);
}

// `bytes`: Uint8Array. One example a line: two numbers with a comma, semicolon, tab or blank between.
export function readExamples(bytes, name = "the file") {
  const text = decode(bytes, name);
  const points = [];
  const lines = text.split(/\r\n|\r|\n/);
  lines.forEach((line, i) => {
    if (line.trim() === "") return;
    const words = line.trim().split(/\s*[,;\t]\s*|\s+/).filter((word, j, all) => word !== "" || j < all.length - 1);
    const numbers = words.map(readNumber);
    // The first line may name the columns.
    if (points.length === 0 && i === lines.findIndex((one) => one.trim()) && words.length === 2 && numbers.every(Number.isNaN)) return;
    points.push(example(line, words, numbers, `Line ${i + 1} of ${name}`));
    if (points.length > MOST_ROWS) throw new Error(`${name} has more than ${MOST_ROWS.toLocaleString("en")} rows; take fewer.`);
  });
  if (points.length < 2) throw new Error(`${name} has ${points.length ? "one row" : "no rows"} of two numbers; at least two are needed.`);
  return points;
}

function example(line, words, numbers, where) {
  if (line.split('"').length % 2 === 0) throw new Error(`${where} has a quote that is not closed.`);
  if (words.length > 2 && /\d,\d/.test(line) && /[;\t]/.test(line)) throw new Error(`${where} has decimal commas; write 1.5, not 1,5.`);
  if (words.length !== 2) throw new Error(`${where} has ${words.length === 1 ? "one column" : `${words.length} columns`}, and needs two: input, target.`);
  numbers.forEach((number, j) => {
    const quoted = `“${words[j].slice(0, 20)}”`;
    if (Number.isNaN(number)) throw new Error(`${where}: ${quoted} is not a number.`);
    if (!Number.isFinite(number) || Math.abs(number) > FARTHEST) throw new Error(`${where}: ${quoted} is too large; up to ${FARTHEST.toLocaleString("en")} is possible.`);
  });
  return numbers;
}

function readNumber(word) {
  const bare = word.replace(/^"(.*)"$/, "$1");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare) ? Number(bare) : NaN;
}

function decode(bytes, name) {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) throw new Error(`${name} is in UTF-16; save it as CSV in UTF-8.`);
  if (bytes.includes(0)) throw new Error(`${name} is not a text file; save the table as CSV.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is not in UTF-8; save it as CSV in UTF-8.`);
  }
}
