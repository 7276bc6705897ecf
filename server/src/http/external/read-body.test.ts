import { describe, expect, test } from "vitest";
import { leastWorkMs, onThisMachine } from "../../../../twig/test/work-time.ts";
import { readBody } from "./read-body.ts";

const read = (text: string) => readBody(Buffer.from(text, "utf8"));

function refusal(result: ReturnType<typeof readBody>) {
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.value).slice(0, 200)}`);
  return result.error;
}

const NOT_JSON = "Body must be a JSON object.";
const nested = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

describe("bodies that are read (catalogue 4.1)", () => {
  const rows: [string, Buffer, unknown][] = [
    ["4 JSON whatever its label", Buffer.from('{"id":5}'), { id: 5 }],
    ["7 JSON with a byte order mark", Buffer.from('\u{feff} \r\n\t{"id":5}'), { id: 5 }],
    ["8 a written \\u0041 is a letter", Buffer.from('{"a":"\\u0041"}'), { a: "A" }],
    ["9 a surrogate pair is one character", Buffer.from('{"a":"\\ud83d\\ude00"}'), { a: "😀" }],
    ["10 twins of an unguarded name, the last wins", Buffer.from('{"x":1,"x":2}'), { x: 2 }],
    ["10 guarded names may repeat below the top", Buffer.from('{"a":{"id":1,"id":2}}'), { a: { id: 2 } }],
    [
      "10 the same key in two targets",
      Buffer.from('{"target_with_params":{"u":{"k":1},"v":{"k":2}}}'),
      { target_with_params: { u: { k: 1 }, v: { k: 2 } } },
    ],
    [
      "10 text that only looks like keys",
      Buffer.from('{"id":"\\",\\"id\\":","x":["id","id"]}'),
      { id: '","id":', x: ["id", "id"] },
    ],
    [
      "11 `constructor` is plain data below the top",
      Buffer.from('{"params":{"constructor":"x"}}'),
      { params: { constructor: "x" } },
    ],
    ["12 32 levels", Buffer.from(nested(32)), JSON.parse(nested(32))],
    ["12 brackets inside a string", Buffer.from(`{"a":"${"[{".repeat(100)}"}`), { a: "[{".repeat(100) }],
    ["22 unknown fields", Buffer.from('{"async":false,"nonsense":{}}'), { async: false, nonsense: {} }],
    [
      "the largest exact number",
      Buffer.from('{"n":9007199254740991,"m":-1.5e3}'),
      { n: 9007199254740991, m: -1500 },
    ],
    ["a string of 64 KiB", Buffer.from(`{"a":"${"x".repeat(65_536)}"}`), { a: "x".repeat(65_536) }],
  ];
  test.each(rows)("%s", (_name, bytes, expected) => {
    const result = readBody(bytes);
    expect(result).toEqual({ ok: true, value: expected });
  });

  test.each(["email_html", "email_mjml", "email_text", "page", "webhook_body"])(
    "a campaign's %s has a limit of its own, at the top and inside messages",
    (name) => {
      const text = "x".repeat(70_000);
      for (const value of [
        { [name]: text },
        { messages: { 7: { [name]: text, languages: { de: { [name]: text } } } } },
      ])
        expect(read(JSON.stringify(value))).toEqual({ ok: true, value });
      // Whatever else stands there is looked at as anywhere, and params are no templates.
      expect(refusal(read(`{"messages":{"7":{"${name}":"a\\u0000"}}}`)).errors).toHaveProperty([
        `messages.7.${name}`,
      ]);
      expect(refusal(read(JSON.stringify({ params: { [name]: text } }))).errors).toHaveProperty([
        `params.${name}`,
      ]);
    },
  );

  test("5 a real form, with PHP's brackets", () => {
    const form =
      "apptoken=T&id=5&target%5B%5D=u1&target[]=u+2&ios[active]=1&ios[environment]=sandbox&payload_add[0][key]=k&payload_add[0][value]=a%26b&messages[3][push_text]=Hi";
    const result = read(form);
    expect(result).toEqual({
      ok: true,
      value: {
        apptoken: "T",
        id: "5",
        target: ["u1", "u 2"],
        ios: { active: "1", environment: "sandbox" },
        payload_add: [{ key: "k", value: "a&b" }],
        messages: { "3": { push_text: "Hi" } },
      },
    });
  });
});

describe("bodies that are refused whole (catalogue 4.1)", () => {
  const rows: [string, Buffer, string][] = [
    ["3 trailing comma", Buffer.from('{"apptoken":"T",}'), NOT_JSON],
    ["3 single quotes", Buffer.from("{'a':1}"), NOT_JSON],
    ["3 list", Buffer.from("[1]"), NOT_JSON],
    ["3 list with an equals sign", Buffer.from('["a=b"]'), NOT_JSON],
    ["3 string", Buffer.from('"x"'), NOT_JSON],
    ["3 string with an equals sign", Buffer.from('"a=b"'), NOT_JSON],
    ["3 null", Buffer.from("null"), NOT_JSON],
    ["3 number", Buffer.from("12"), NOT_JSON],
    ["3 two objects", Buffer.from("{}{}"), NOT_JSON],
    ["3 cut off", Buffer.from('{"a":"b'), NOT_JSON],
    ["3 a form field without a name", Buffer.from("=5"), NOT_JSON],
    ["8 a raw NUL in JSON", Buffer.from('{"a":"\0"}'), NOT_JSON],
    [
      "7 invalid UTF-8",
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      "Body must be valid UTF-8.",
    ],
    ["7 UTF-16 with its mark", Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), "Body must be valid UTF-8."],
    ["7 UTF-16 without", Buffer.from('{"a":1}', "utf16le"), NOT_JSON],
    [
      "9 a surrogate as raw bytes",
      Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
      "Body must be valid UTF-8.",
    ],
  ];
  test.each(rows)("%s", (_name, bytes, message) => {
    expect(refusal(readBody(bytes))).toEqual({ status: 400, message });
  });
});

describe("bodies that are refused by field (catalogue 4.1)", () => {
  const unstorable = (label: string) => [`${label} contains characters that cannot be stored.`];
  const rows: [string, string, Record<string, string[]>][] = [
    ["2 empty", "", { body: ["Body cannot be blank."] }],
    ["2 only white space", " \n", { body: ["Body cannot be blank."] }],
    [
      "6 __proto__ in a form",
      "a[__proto__][x]=1",
      { "a[__proto__][x]": ["A[__proto__][x] is not allowed as a name."] },
    ],
    [
      "6 __proto__ at a form's top",
      "__proto__[x]=1",
      { "__proto__[x]": ["__proto__[x] is not allowed as a name."] },
    ],
    [
      "6 constructor at a form's top",
      "constructor[x]=1",
      { constructor: ["Constructor is not allowed as a name."] },
    ],
    [
      "6 a form 11 deep",
      `a${"[b]".repeat(10)}=1`,
      { [`a${"[b]".repeat(10)}`]: [`A${"[b]".repeat(10)} is nested deeper than 10.`] },
    ],
    [
      "6 a form of 1,001 fields",
      Array.from({ length: 1_001 }, (_, i) => `f${i}=1`).join("&"),
      { body: ["Body has more than 1000 fields."] },
    ],
    ["6 brackets that do not pair", "a[b=1", { "a[b": ["A[b has brackets that do not pair up."] }],
    ["6 a value and a list", "a=1&a[]=2", { "a[]": ["A[] is given both as a value and as a list."] }],
    ["8 NUL in a form", "a[b]=x%00", { "a.b": unstorable("A.b") }],
    ["7 bad percent sequence in a form", "a=%C3%28", { a: ["A is not valid percent-encoded UTF-8."] }],
    ["8 NUL at the top", '{"title":"a\\u0000b"}', { title: unstorable("Title") }],
    [
      "8 NUL deep",
      '{"target_with_params":{"u1":{"names":["ok","\\u0000"]}}}',
      { "target_with_params.u1.names[1]": unstorable("Target_with_params.u1.names[1]") },
    ],
    ["8 NUL in a name", '{"params":{"a\\u0000":1}}', { "params.a?": unstorable("Params.a?") }],
    ["9 high surrogate alone", '{"id":"\\ud800"}', { id: unstorable("Id") }],
    ["9 low surrogate alone", '{"target":["x\\uDC00"]}', { "target[0]": unstorable("Target[0]") }],
    ["10 id twice", '{"id":1,"id":2}', { id: ["Id is given twice."] }],
    ["10 id twice, once escaped", '{"id":1,"\\u0069d":2}', { id: ["Id is given twice."] }],
    [
      "10 apptoken and params twice",
      '{"params":{},"apptoken":"T","params":[],"apptoken":"T"}',
      { params: ["Params is given twice."], apptoken: ["Apptoken is given twice."] },
    ],
    [
      "10 target twice",
      '{"target":["a"],"x":{"target":1},"target":["b"]}',
      { target: ["Target is given twice."] },
    ],
    [
      "10 target_with_params twice",
      '{"target_with_params":{"a":{}},"target_with_params":{"b":{}}}',
      { target_with_params: ["Target With Params is given twice."] },
    ],
    [
      "10 one target twice with params",
      '{"target_with_params":{"u1":{"a":1},"u2":{},"\\u00751":{"a":2}}}',
      { "target_with_params.u1": ["Target_with_params.u1 is given twice."] },
    ],
    ["10 id twice in a form", "id=1&id=2", { id: ["Id is given twice."] }],
    [
      "11 __proto__ at the top",
      '{"__proto__":{"isAdmin":true}}',
      { ["__proto__"]: ["Proto is not allowed as a name."] },
    ],
    [
      "11 constructor at the top",
      '{"constructor":{"prototype":{}}}',
      { constructor: ["Constructor is not allowed as a name."] },
    ],
    [
      "11 __proto__ below",
      '{"params":{"__proto__":1}}',
      { "params.__proto__": ["Params.__proto__ is not allowed as a name."] },
    ],
    ["12 33 levels", nested(33), { body: ["Body is nested deeper than 32."] }],
    ["4.2.23 1e400", '{"params":{"n":1e400}}', { "params.n": ["Params.n is not a finite number."] }],
    [
      "4.2.23 2^60",
      '{"params":{"n":1152921504606846976}}',
      { "params.n": ["Params.n is beyond 2^53: send it as a string."] },
    ],
    [
      "4.2.3 9007199254740993",
      '{"id":9007199254740993}',
      { id: ["Id is beyond 2^53: send it as a string."] },
    ],
    ["a string over 64 KiB", `{"a":"${"x".repeat(65_537)}"}`, { a: ["A is longer than 64 KiB."] }],
    ["64 KiB are bytes", `{"a":"${"é".repeat(32_769)}"}`, { a: ["A is longer than 64 KiB."] }],
  ];
  test.each(rows)("%s", (_name, text, errors) => {
    const { status, message, errors: found } = refusal(read(text));
    expect({ status, message }).toEqual({ status: 400, message: "The request is not valid." });
    expect(Object.entries(found ?? {})).toEqual(Object.entries(errors));
  });
});

describe("cost", () => {
  test("12 a million brackets end within 50 ms", () => {
    const hostile = ["[", '{"a":', "]", "[]"].map((part) => Buffer.from(`{"a":${part.repeat(1_000_000)}`));
    for (const bytes of hostile) {
      const maxMs = onThisMachine(bytes.length > 2_000_000 ? 100 : 50);
      expect(leastWorkMs(() => expect(readBody(bytes).ok).toBe(false), maxMs)).toBeLessThan(maxMs);
    }
  });

  test("5 MB with 10,000 targets of five params are read", () => {
    const person = (i: number) => ({
      first_name: `Alex ${i}`,
      balance: "100 EUR",
      n: i,
      flag: true,
      text: "x".repeat(400),
    });
    const people = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`crm-user-${i}`, person(i)]));
    const bytes = Buffer.from(
      JSON.stringify({ apptoken: "T", id: 5, target_by: "user_id", target_with_params: people }),
    );
    expect(bytes.length).toBeGreaterThan(4_500_000);
    expect(readBody(bytes).ok).toBe(true);
  });
});
