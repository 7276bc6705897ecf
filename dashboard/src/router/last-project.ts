/** Which project was looked at last, for the next visit. A browser that keeps nothing starts at the first one. */
const KEY = "carillon-project";

export function readLastProject(): number | null {
  try {
    const id = Number(localStorage.getItem(KEY));
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

export function keepLastProject(id: number): void {
  try {
    localStorage.setItem(KEY, String(id));
  } catch {
    // Storage is switched off; the choice lives as long as the address.
  }
}
