/** Blocks of one display: for each name the bodies from the most derived template to its ancestors. */
import type { Runtime } from "./runtime.ts";

export interface BlockBody {
  readonly run: (rt: Runtime) => void;
  /** Where errors inside are reported. */
  readonly source: Runtime["source"];
}

export class BlockTable {
  readonly #chains: Map<string, BlockBody[]>;

  constructor(chains: Map<string, BlockBody[]> = new Map()) {
    this.#chains = chains;
  }

  /** A table with these bodies behind (as ancestors of) the present ones. */
  extendedBy(blocks: ReadonlyMap<string, BlockBody>): BlockTable {
    const chains = new Map(this.#chains);
    for (const [name, body] of blocks) chains.set(name, [...(chains.get(name) ?? []), body]);
    return new BlockTable(chains);
  }

  /** The body at a level: 0 is the most derived, 1 its parent. */
  find(name: string, level: number): BlockBody | undefined {
    return this.#chains.get(name)?.[level];
  }
}
