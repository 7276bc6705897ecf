/** Blocks, inheritance and the display of a template. */
import { BlockTable } from "../runtime/blocks.ts";
import type { BlockBody, Runtime } from "../runtime/runtime.ts";
import { Scope } from "../runtime/scope.ts";
import type { Block } from "../syntax/ast.ts";
import type { Compiler, Run } from "./compiler.ts";
import type { Unit } from "./unit.ts";

const NO_BLOCKS = new BlockTable<BlockBody>();

/**
 * Defines the block in its template; what is left in place of the tag shows whichever body is most derived.
 * Null: a template with a parent only defines, its parent shows.
 */
export function compileBlockTag(compiler: Compiler, { name, body, at }: Block): Run | null {
  const run = compiler.at({ blockName: name, isTopLevel: false }).body(body);
  compiler.unit.blocks.set(name, { run, source: compiler.source });
  if (compiler.unit.parent !== null && compiler.place.blockName === null) return null;
  return (rt) => {
    rt.at = at;
    showBlock(rt, name, 0);
  };
}

/** Writes a block into the output; assignments inside stay inside. False when there is no such block. */
export function showBlock(rt: Runtime, name: string, level: number): boolean {
  const body = rt.blocks.find(name, level);
  if (body === undefined) return false;
  const { scope, source, blockLevel, at } = rt;
  rt.enter();
  rt.scope = new Scope(scope, true, scope.layers);
  rt.source = body.source;
  rt.blockLevel = level;
  body.run(rt);
  rt.scope = scope;
  rt.source = source;
  rt.blockLevel = blockLevel;
  rt.at = at;
  rt.leave();
  return true;
}

/**
 * Shows a whole template in the present scope. A template that extends another runs its own top (assignments,
 * imports), then its parent is shown with its blocks in front.
 */
export function showUnit(rt: Runtime, start: Unit, overrides: BlockTable<BlockBody> = NO_BLOCKS): void {
  const { source, blocks, at } = rt;
  rt.enter();
  let table = overrides;
  let unit = start;
  for (;;) {
    table = table.extendedBy(ownBlocks(unit));
    rt.source = unit.source;
    rt.blocks = table;
    if (unit.parent === null) break;
    rt.charge(10);
    rt.capture(() => unit.body(rt));
    unit = unit.parent(rt);
  }
  unit.body(rt);
  rt.source = source;
  rt.blocks = blocks;
  rt.at = at;
  rt.leave();
}

/** The blocks of a template alone; those of its parents come when it is shown. */
export function blocksOf(unit: Unit): BlockTable<BlockBody> {
  return NO_BLOCKS.extendedBy(ownBlocks(unit));
}

/** The template's blocks and, behind them, those it took over by `use`. */
export function ownBlocks(unit: Unit): ReadonlyMap<string, BlockBody> {
  if (unit.uses.length === 0) return unit.blocks;
  const all = new Map(unit.blocks);
  for (const { unit: used, names } of unit.uses) {
    for (const [name, body] of ownBlocks(used)) {
      const alias = names.find(({ macro }) => macro === name)?.alias ?? name;
      if (!all.has(alias)) all.set(alias, body);
    }
  }
  return all;
}
