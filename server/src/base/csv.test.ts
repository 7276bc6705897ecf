import { expect, test } from "vitest";
import { csvLine, guessDelimiter, readCsv } from "./csv.ts";

async function* inParts(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 3): Promise<[number, ...string[]][]> {
  const rows: [number, ...string[]][] = [];
  for await (const { cells, line } of readCsv(inParts(text, size), ",")) rows.push([line, ...cells]);
  return rows;
}

test.each([1, 2, 3, 1000])("records and their lines, in parts of %i bytes", async (size) => {
  const text = 'a,"b"\r\n"1\r\n2","é ""x"""\n\n,\r3';
  expect(await read(text, size)).toEqual([
    [1, "a", "b"],
    [2, "1\r\n2", 'é "x"'],
    [5, "", ""],
    [6, "3"],
  ]);
});

test.each([
  ["a,b;c\n1,2\n3,4", ","],
  ["a;b\n1,5;2\n1,7;3", ";"],
  ["a\tb\n1\t2", "\t"],
  ['"a,b,c"|d\n1|2', "|"],
  ["a\n1", ","],
  ["", ","],
])("the delimiter of %j", (head, delimiter) => expect(guessDelimiter(head)).toBe(delimiter));

test.each([
  [["=1+1", "@x", "+a"], "'=1+1,'@x,'+a\r\n"],
  [[-2, "-2.5", "-x"], "-2,-2.5,'-x\r\n"],
  [['a"b', "c,d", "e\nf", "\tg"], '"a""b","c,d","e\nf","\'\tg"\r\n'],
])("a line of %j runs nothing in a spreadsheet", (cells, line) => expect(csvLine(cells)).toBe(line));
