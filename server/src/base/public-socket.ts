/**
 * TCP to a host that a customer typed, for protocols other than HTTP. Unless private addresses are allowed, every
 * address that the name resolves to must be public, and the connection goes to exactly those that were checked.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { refusedRange } from "./private-address.ts";
import { fail, ok, type Result } from "./result.ts";

/**
 * The address to connect to in place of the name; the name itself where anything is allowed.
 * @returns in failure a sentence for the person who typed the host.
 */
export async function publicAddressOf(
  host: string,
  { allowPrivateAddresses }: { readonly allowPrivateAddresses: boolean },
): Promise<Result<string, string>> {
  if (allowPrivateAddresses) return ok(host);
  const found = await allowedAddressesOf(host, { allowPrivateAddresses });
  return found.ok ? ok(found.value[0]) : found;
}

/** All addresses of the host, looked up once. @returns in failure a sentence for the person who typed the host. */
export async function allowedAddressesOf(
  host: string,
  { allowPrivateAddresses }: { readonly allowPrivateAddresses: boolean },
): Promise<Result<readonly [string, ...string[]], string>> {
  const found = isIP(host) === 0 ? await resolve(host) : ok([host]);
  if (!found.ok) return found;
  // One private address among public ones is an attack or a mistake; either way nothing is sent.
  const range = found.value.map(refusedRange).find((one) => one !== null);
  if (range !== undefined && !allowPrivateAddresses)
    return fail(`The address of this host is not public: ${range}.`);
  const [first, ...others] = found.value;
  return first === undefined ? fail("The host name does not resolve.") : ok([first, ...others]);
}

async function resolve(host: string): Promise<Result<string[], string>> {
  try {
    const found = await lookup(host, { all: true });
    return ok(found.map(({ address }) => address));
  } catch {
    return fail("The host name does not resolve.");
  }
}
