/** What a render may spend. The defaults hold for any message and stop any hostile template within 50 ms. */
export interface RenderLimits {
  /** One step is a node run, an element made or 32 characters made; 250,000 take at most about 30 ms. */
  readonly steps: number;
  /** Characters of the result. */
  readonly outputLength: number;
  /** Characters of one text, elements of one list. */
  readonly valueSize: number;
  /** Macros, snippets, blocks and arrow functions inside each other. */
  readonly depth: number;
  /**
   * Working time of this thread (not waiting: a busy machine must not cost a person the message), looked at once
   * in 1,000 steps: a short render never asks for the time.
   */
  readonly milliseconds: number;
}

export const DEFAULT_RENDER_LIMITS: RenderLimits = {
  steps: 250_000,
  outputLength: 1024 * 1024,
  valueSize: 256 * 1024,
  depth: 50,
  milliseconds: 30,
};

export interface RenderOptions {
  readonly limits?: Partial<RenderLimits>;
  /** What "now" is; the host's clock when left out. */
  readonly now?: Date;
  /** IANA name or offset in which dates are read and shown; UTC when left out. */
  readonly timezone?: string;
  /** From 0 up to, not including, 1; Math.random when left out. */
  readonly random?: () => number;
}
