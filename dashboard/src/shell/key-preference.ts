/** Single keys as commands can be switched off (WCAG 2.1.4): who speaks to the machine sets them off by accident. */
const KEY = "carillon-keys";

export function areKeysOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function switchKeys(isOn: boolean): void {
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // Storage is switched off; the keys stay as they are.
  }
}
