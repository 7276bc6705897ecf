/** Blocks of one display: for each name the bodies from the most derived template to its ancestors. */
export class BlockTable<Body> {
  readonly #chains: ReadonlyMap<string, readonly Body[]>;

  constructor(chains: ReadonlyMap<string, readonly Body[]> = new Map()) {
    this.#chains = chains;
  }

  /** A table with these chains behind (as ancestors of) the present ones. */
  extendedBy(blocks: ReadonlyMap<string, readonly Body[]>): BlockTable<Body> {
    const chains = new Map(this.#chains);
    for (const [name, bodies] of blocks) chains.set(name, [...(chains.get(name) ?? []), ...bodies]);
    return new BlockTable(chains);
  }

  /** The body at a level: 0 is the most derived, 1 its parent. */
  find(name: string, level: number): Body | undefined {
    return this.#chains.get(name)?.[level];
  }
}
