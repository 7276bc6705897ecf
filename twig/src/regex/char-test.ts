/** Tests on one code point: the leaves of a pattern. */

export type CharTest = (code: number) => boolean;

const within =
  (from: number, to: number): CharTest =>
  (code) =>
    code >= from && code <= to;

export const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);

/** True where one of the tests is. */
export function anyOf(tests: readonly CharTest[]): CharTest {
  const [first, second] = tests;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  return (code) => tests.some((test) => test(code));
}

export const isDigit = within(48, 57);
const isLower = within(97, 122);
const isUpper = within(65, 90);
const isAlpha = anyOf([isLower, isUpper]);
const isAlnum = anyOf([isAlpha, isDigit]);
export const isWord = anyOf([isAlnum, (code) => code === 95]);
export const isSpace: CharTest = (code) => code === 32 || (code >= 9 && code <= 13);
const isBlank: CharTest = (code) => code === 32 || code === 9;
const isGraph = within(33, 126);

/** PCRE's horizontal and vertical space. */
const HORIZONTAL = new Set([9, 32, 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000]);
export const isHorizontal: CharTest = (code) => HORIZONTAL.has(code) || (code >= 0x2000 && code <= 0x200a);
export const isVertical: CharTest = (code) =>
  (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029;

const POSIX: ReadonlyMap<string, CharTest> = new Map([
  ["alpha", isAlpha],
  ["digit", isDigit],
  ["alnum", isAlnum],
  ["upper", isUpper],
  ["lower", isLower],
  ["space", isSpace],
  ["blank", isBlank],
  ["word", isWord],
  ["punct", (code) => isGraph(code) && !isAlnum(code)],
  ["graph", isGraph],
  ["print", within(32, 126)],
  ["cntrl", (code) => code < 32 || code === 127],
  ["xdigit", (code) => isDigit(code) || within(97, 102)(code) || within(65, 70)(code)],
  ["ascii", within(0, 127)],
]);

/** `[:alpha:]` by its name. */
export function posixClass(name: string): CharTest | undefined {
  return POSIX.get(name);
}

export { within as inRange };

/** A Unicode property by JavaScript's tables, asked for one code point at a time; null when it is unknown. */
export function unicodeProperty(name: string): CharTest | null {
  if (!/^[A-Za-z_]{1,40}(?:=[A-Za-z_]{1,40})?$/.test(name)) return null;
  for (const property of [name, `Script=${name}`]) {
    try {
      const pattern = new RegExp(`^\\p{${property}}$`, "u");
      return (code) => pattern.test(String.fromCodePoint(code));
    } catch {
      // Not a property of this kind; the next spelling is tried.
    }
  }
  return null;
}

/** The same test without regard to case. */
export function ignoringCase(test: CharTest): CharTest {
  return (code) => {
    if (test(code)) return true;
    const char = String.fromCodePoint(code);
    const lower = char.toLowerCase().codePointAt(0)!;
    if (lower !== code && test(lower)) return true;
    const upper = char.toUpperCase().codePointAt(0)!;
    return upper !== code && test(upper);
  };
}
