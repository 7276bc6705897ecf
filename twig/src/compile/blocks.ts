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
 * Null: a template with a parent only defines, its parent shows; in a captured text (`set`) it shows as well.
 */
export function compileBlockTag(compiler: Compiler, { name, body, at }: Block): Run | null {
  const run = compiler.at({ blockName: name, isTopLevel: false }).body(body);
  const { unit, source, place } = compiler;
  unit.blocks.set(name, { run, source, unit });
  if (unit.parent !== null && place.blockName === null && !place.isCaptured) return null;
  return (rt) => {
    rt.at = at;
    showBlock(rt, name, 0);
  };
}

/** Writes a block into the output; assignments inside stay inside. False when there is no such block. */
export function showBlock(rt: Runtime, name: string, level: number): boolean {
  const body = rt.blocks.find(name, level);
  if (body === undefined) return false;
  const { scope, source, blockName, blockLevel, at } = rt;
  rt.enter();
  rt.scope = new Scope(scope, true, scope.layers);
  // A parent may have imported other macros under the same name since.
  for (const [alias, value] of rt.importsOf(body.unit)) rt.scope.declare(alias, value);
  rt.source = body.source;
  rt.blockName = name;
  rt.blockLevel = level;
  body.run(rt);
  rt.scope = scope;
  rt.source = source;
  rt.blockName = blockName;
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
    const chains = ownBlocks(unit);
    rt.charge(chains.size);
    table = table.extendedBy(chains);
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

/** The blocks of a template with those of its parents, without showing it. */
export function blocksOf(rt: Runtime, start: Unit): BlockTable<BlockBody> {
  let table = NO_BLOCKS;
  let level = 0;
  for (let unit: Unit | undefined = start; unit !== undefined; unit = unit.parent?.(rt)) {
    const chains = ownBlocks(unit);
    level += 1;
    if (level > rt.limits.depth) rt.failBudget("depth");
    rt.charge(10 + chains.size);
    table = table.extendedBy(chains);
  }
  return table;
}

/**
 * The template's blocks by name, each with its ancestors: behind a block of its own stands the one taken over by
 * `use`, which `parent()` shows, and behind that one what it overrides in turn. Of two `use` the later one counts.
 * Kept, because templates that use each other many times over would otherwise be walked through as often.
 */
export function ownBlocks(unit: Unit): ReadonlyMap<string, readonly BlockBody[]> {
  if (unit.chains !== null) return unit.chains;
  const chains = new Map<string, readonly BlockBody[]>();
  // Set first: templates that use each other in a circle see what is there so far.
  unit.chains = chains;
  for (const { unit: used, names } of unit.uses) {
    for (const [name, bodies] of ownBlocks(used)) {
      const renamed = names.find(({ macro }) => macro === name);
      // `use "x" with name` without a new name leaves the block out, as in Twig.
      if (renamed?.alias !== name) chains.set(renamed?.alias ?? name, bodies);
    }
  }
  for (const [name, body] of unit.blocks) chains.set(name, [body, ...(chains.get(name) ?? [])]);
  return chains;
}
