/** What a trial of a gateway's settings tells a person, step by step. */
export interface TrialStep {
  readonly name: "settings" | "address" | "connection" | "sign_in" | "message";
  readonly ok: boolean;
  /** One sentence. */
  readonly detail: string;
}

export interface GatewayTrial {
  readonly ok: boolean;
  readonly steps: readonly TrialStep[];
}
