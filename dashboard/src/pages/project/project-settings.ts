/** A project's settings as /api/app gives them. */
export type { ProjectView as ProjectSettings } from "../../../../server/src/actions/projects/project-settings.ts";

/** IANA names; what the browser does not list can be typed. */
export const timeZones = (): string[] => {
  const listed = Intl.supportedValuesOf("timeZone");
  return listed.includes("UTC") ? listed : ["UTC", ...listed];
};
