/** What a busy process has not heard of yet: events wait in the kernel until the loop comes round. */

/** One round reads what is there, its end closes what broke, the next one tells those who listen. */
const ROUNDS = 3;

/** Resolves once everything has been heard of that had happened on this process's connections when it was called. */
export async function eventsHeard(): Promise<void> {
  for (let i = 0; i < ROUNDS; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
