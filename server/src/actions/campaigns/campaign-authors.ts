/** How authors are shown: users by their addresses, programs as the audit trail names them. */
import { listUserEmails } from "../../store/campaign-pages.ts";
import type { Db } from "../../store/db.ts";

/** `user:12` -> 12; null for a program. */
function userIdOf(author: string | null): number | null {
  const id = /^user:(\d{1,9})$/.exec(author ?? "")?.[1];
  return id === undefined ? null : Number(id);
}

/** @returns a function from an author as stored to the name that people know. */
export async function authorNames(
  db: Db,
  authors: readonly (string | null)[],
): Promise<(author: string | null) => string | null> {
  const ids = new Set(authors.map(userIdOf).filter((id) => id !== null));
  const emails = await listUserEmails(db, [...ids]);
  return (author) => {
    const id = userIdOf(author);
    return id === null ? author : (emails.get(id) ?? author);
  };
}

export const authorName = async (db: Db, author: string | null): Promise<string | null> =>
  (await authorNames(db, [author]))(author);
