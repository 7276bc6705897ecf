/** Tests may go to an address that no profile of the project has: the target itself is the address. */
import type { MessageType } from "../../domain/channel.ts";
import type { HeldTarget } from "../haul.ts";

const TYPES: Readonly<Record<string, MessageType>> = { email: 7, mobile_number: 9 };

/** null for whatever is no test, or no test to an address. */
export function testAddress({ key, execution }: HeldTarget): { type: MessageType; address: string } | null {
  const type = execution.isTest ? TYPES[execution.targetBy] : undefined;
  return type === undefined ? null : { type, address: key };
}
