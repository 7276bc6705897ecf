/** The names that a template may use: for completion while somebody types. */
import { type KnownNames, knownNames } from "../../../twig/src/index.ts";
import { SYSTEM_COLUMNS } from "./profile.ts";

export interface AttributeName {
  readonly name: string;
  readonly type: string;
  /** A column that every profile has, not one of the project's own. */
  readonly system: boolean;
}

export interface TemplateNames extends KnownNames {
  readonly attributes: readonly AttributeName[];
}

const SYSTEM = ["user_id", "profile_id", ...SYSTEM_COLUMNS].map((name) => ({
  name,
  type: /_subscription$|^profile_id$/.test(name) ? "number" : "text",
  system: true,
}));

/** @param attributes the project's custom attributes with their types. */
export function templateNames(attributes: ReadonlyMap<string, string>): TemplateNames {
  const custom = [...attributes].map(([name, type]) => ({ name, type, system: false }));
  custom.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { attributes: [...SYSTEM, ...custom], ...knownNames() };
}
