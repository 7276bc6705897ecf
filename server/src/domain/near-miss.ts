/**
 * Unknown names in an execute body are passed over, except those that look like a misspelt field on which safety
 * hangs: a `targets` or `Time` that is ignored would reach other people, or at another time, than the caller meant.
 */
const SAFETY_FIELDS = [
  "target",
  "target_by",
  "target_with_params",
  "target_existing_only",
  "params",
  "time",
  "idempotency_key",
] as const;

// Names that other APIs use for the same thing; too far off for a count of typing errors.
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["parameters", "params"],
  ["sendat", "time"],
  ["sendtime", "time"],
  ["recipients", "target"],
]);

const MAX_NAME = 40; // longer than any of them with two slips; keeps the distance cheap on hostile names

/** The field that `name` seems to mean; null when it resembles none. Call it for unknown names only. */
export function nearMiss(name: string): string | null {
  if (name.length > MAX_NAME) return null;
  const plain = name.toLowerCase().replace(/[^a-z]/g, "");
  const synonym = SYNONYMS.get(plain);
  if (synonym !== undefined) return synonym;
  const nearest = SAFETY_FIELDS.map((field) => {
    const meant = field.replaceAll("_", "");
    return { field, slips: distance(plain, meant), allowed: meant.length < 8 ? 1 : 2 };
  })
    .filter(({ slips, allowed }) => slips <= allowed)
    .sort((a, b) => a.slips - b.slips)[0];
  // Nothing else of ours begins with "target", so whatever does was meant to choose people.
  return nearest?.field ?? (plain.startsWith("target") ? "target" : null);
}

/** The known name that `name` seems to mean, by up to two slips; null when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length < 3 || name.length > MAX_NAME) return null;
  const allowed = name.length < 8 ? 1 : 2;
  const plain = name.toLowerCase();
  let best: string | null = null;
  let fewest = allowed + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const slips = distance(plain, candidate.toLowerCase());
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** Levenshtein distance where swapping two neighbours is one slip. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
