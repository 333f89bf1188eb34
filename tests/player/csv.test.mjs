// Files of examples, good and hostile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFile, MOST_ROWS, readExamples } from "../../assets/csv.mjs";

const bytes = (text) => new TextEncoder().encode(text);
const read = (text) => readExamples(bytes(text), "data.csv");

for (const [what, text] of [
  ["commas", "1,2\n3.5,-4e-1\n"],
  ["semicolons and Windows lines", "1;2\r\n3.5;-.4\r\n"],
  ["tabs", "1\t2\n3.5\t-0.4"],
  ["old Macintosh lines", "1,2\r3.5,-0.4\r"],
  ["blanks", "  1 2 \n 3.5   -0.4\n\n"],
  ["a head", "input, target\n1,2\n3.5,-0.4"],
  ["a byte order mark and quotes", '\ufeff"1","2"\n"3.5","-0.4"\n'],
]) {
  test(`rows of two numbers are read with ${what}`, () => {
    assert.deepEqual(read(text), [[1, 2], [3.5, -0.4]]);
  });
}

for (const [what, text, words] of [
  ["nothing", "", /has no rows/],
  ["blank lines", "\n\n \n", /has no rows/],
  ["a head alone", "x,y\n", /has no rows/],
  ["one row", "1,2", /one row/],
  ["one column", "1\n2\n", /Line 1 of data.csv has one column/],
  ["three columns", "1,2\n1,2,3\n", /Line 2 of data.csv has 3 columns/],
  ["text", "1,2\n3,four\n", /Line 2 of data.csv: “four” is not a number/],
  ["NaN", "1,2\n\nNaN,2\n", /Line 3 of data.csv: “NaN” is not a number/],
  ["infinity", "1,2\n1e999,2\n", /Line 2 of data.csv: “1e999” is too large/],
  ["numbers beyond the range", "1,2\n1,2000000\n", /Line 2.*too large/],
  ["hexadecimal", "0x10,2\n1,2", /Line 1.*not a number/],
  ["decimal commas", "1,5;2,5\n2,5;3,5", /Line 1 of data.csv has decimal commas; write 1.5, not 1,5/],
  ["a decimal comma", "1;2\n2;3,5", /Line 2 of data.csv has decimal commas/],
  ["decimal commas between tabs", "1,5\t2,5\n", /Line 1 of data.csv has decimal commas/],
  ["decimal commas between blanks", "1,5 2,5\n", /Line 1 of data.csv has 4 columns/],
  ["a quote that is not closed", '1,2\n3,"4\n5,6\n', /Line 2 of data.csv has a quote that is not closed/],
  ["quotes inside words", '1,2\n3,4"5"\n', /Line 2 of data.csv: .*not a number/],
  ["a head in the middle", "1,2\nx,y\n3,4", /Line 2 of data.csv: “x” is not a number/],
  ["two heads", "x,y\ninput,target\n3,4", /Line 2 of data.csv: “input” is not a number/],
  ["numbers without end", `1,2\n3,${"9".repeat(400)}\n`, /Line 2 of data.csv: “9{20}” is too large/],
  ["one long line", "1,2,".repeat(50_000), /Line 1 of data.csv has 100000 columns/],
  ["an empty cell", "1,2\n,3\n", /Line 2.*not a number/],
  ["a script", "<script>alert(1)</script>\n1,2", /Line 1/],
]) {
  test(`a file of ${what} gets a sentence`, () => assert.throws(() => read(text), words));
}

test("a million rows are refused as soon as there are too many", () => {
  const began = performance.now();
  assert.throws(() => read("1,2\n".repeat(1_000_000)), /data.csv has more than 10,000 rows/);
  assert.ok(performance.now() - began < 5000);
  assert.equal(read("1,2\n".repeat(MOST_ROWS)).length, MOST_ROWS);
});

test("other encodings and binary files get a sentence", () => {
  assert.throws(() => readExamples(new Uint8Array([0xff, 0xfe, 49, 0]), "a"), /UTF-16/);
  assert.throws(() => readExamples(new Uint8Array([49, 44, 0, 50]), "a"), /not a text file/);
  assert.throws(() => readExamples(new Uint8Array([49, 44, 0xe9, 50]), "a"), /not in UTF-8/);
  assert.throws(() => readExamples(new Uint8Array([0xfe, 0xff, 0, 49]), "a"), /UTF-16/);
  assert.throws(() => readExamples(new Uint8Array([49, 0, 44, 0, 50, 0]), "a"), /not a text file/);
  assert.throws(() => readExamples(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10]), "a"), /not in UTF-8/);
});

test("a file is refused by what it claims before it is read", () => {
  assert.throws(() => checkFile({ name: "a", size: 0 }), /empty/);
  assert.throws(() => checkFile({ name: "a", size: 1e9 }), /a has 1000.0 MB; 1 MB is the most/);
  checkFile({ name: "a", size: 1e6 });
});
