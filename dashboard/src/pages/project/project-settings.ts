/** A project's settings as /api/app gives them. */
export interface ProjectSettings {
  readonly id: number;
  readonly name: string;
  readonly time_zone: string;
  readonly create_time: number;
  readonly unkeyed_retry_detection: boolean;
  readonly quota_calls_per_second: number | null;
}

/** IANA names; what the browser does not list can be typed. */
export const timeZones = (): string[] => {
  const listed = Intl.supportedValuesOf("timeZone");
  return listed.includes("UTC") ? listed : ["UTC", ...listed];
};
