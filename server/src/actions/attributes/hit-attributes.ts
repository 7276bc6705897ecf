/** hit/attribute: writes values of people's attributes; who is unknown becomes a profile. */
import { AppError } from "../../base/errors.ts";
import { parseAttributeHits } from "../../domain/attribute-hit.ts";
import type { AttributeType } from "../../domain/attribute-value.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { sentence } from "../../domain/field-label.ts";
import { inProject } from "../../store/db.ts";
import { listAttributes, registerAttributes } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { persistently } from "../profiles/persistently.ts";
import { idsByUserId, upsertIn } from "../profiles/upsert-profiles.ts";
import { refusalOfNew } from "./admit-attributes.ts";

const MESSAGE = "Attribute is not hit";

/** @returns how many values were written. @throws AppError invalid or too_large; then nothing was. */
export async function hitAttributes(
  context: Context,
  projectId: number,
  body: Readonly<Record<string, unknown>>,
): Promise<number> {
  const known = await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId));
  const parsed = parseAttributeHits(body, known as ReadonlyMap<string, AttributeType>);
  if (!parsed.ok) {
    if (isTooLarge(parsed.error))
      throw new AppError("too_large", { message: MESSAGE, errors: parsed.error.tooLarge });
    throw new AppError("invalid", { message: MESSAGE, errors: parsed.error });
  }
  const { hits, newAttributes } = parsed.value;
  const refusal = await refusalOfNew(context, projectId, { known, wanted: newAttributes.keys() });
  if (refusal !== null)
    throw new AppError("invalid", {
      message: MESSAGE,
      errors: { attribute: [sentence("attribute", refusal)] },
    });
  const nowMs = context.clock.now();
  const names = [...newAttributes].map(([name, type]) => ({ name, type }));
  const rows = hits.flatMap(({ userId, change }) =>
    change === null ? [] : [{ userId, email: null, change }],
  );
  await persistently(context, projectId, async (tx) => {
    if (names.length > 0) await registerAttributes(tx, projectId, names, nowMs);
    await idsByUserId(context, tx, { projectId, rows: hits, nowMs });
    if (rows.length > 0) await upsertIn(context, tx, { projectId, rows });
  });
  return hits.length;
}
