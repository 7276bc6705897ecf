/** A point in time together with the zone in which it is shown. */
export class Moment {
  readonly epochMs: number;
  /** IANA name, "UTC", or an offset such as "+02:00". */
  readonly zone: string;

  constructor(epochMs: number, zone: string) {
    this.epochMs = epochMs;
    this.zone = zone;
  }
}
