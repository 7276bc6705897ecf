/** What an address says of a view: its plain texts, and the usual value of whatever it leaves out. */
export type State = Readonly<Record<string, string>>;

/** @param search as the router or `parseSearch` reads it. @param usual the values that stand for "not in the address". */
export function stateIn<S extends State>(search: Readonly<Record<string, unknown>>, usual: S): S {
  const given = Object.keys(usual).map((name) => [name, textOf(search[name]) ?? usual[name]]);
  return Object.fromEntries(given) as S;
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
