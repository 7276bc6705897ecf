/**
 * Which addresses a request on behalf of a customer may reach: public unicast ones and nothing else. A list of
 * what is refused always lacks one, so IPv6 is the other way round: only 2000::/3, the one block that IANA gives
 * out, and of that no special range. That also covers ::/96, 5f00::/16, 64:ff9b::/96 and whatever comes next.
 */
import ipaddr from "ipaddr.js";

/** In words for the person who typed the address; the names are ipaddr.js's. */
const RANGE_WORDS: Readonly<Record<string, string>> = {
  unspecified: "this host",
  broadcast: "broadcast",
  multicast: "multicast",
  linkLocal: "link-local",
  loopback: "loopback",
  carrierGradeNat: "shared (carrier-grade NAT)",
  private: "private",
  uniqueLocal: "private (unique local)",
  deprecatedSiteLocal: "private (site-local)",
  ipv4Mapped: "an IPv4 address in IPv6 form",
  rfc6145: "an IPv4 address in IPv6 form",
  rfc6052: "NAT64",
  "6to4": "6to4",
  teredo: "Teredo",
  discard: "discard",
  segmentRouting: "segment routing",
};

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Why an address is refused, as the name of its range; null for a public one.
 * @param address IPv4 or IPv6 in the form that a resolver or a parsed URL gives, without brackets.
 */
export function refusedRange(address: string): string | null {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== "unicast") return RANGE_WORDS[range] ?? "reserved";
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST)) return "reserved";
  return null;
}
