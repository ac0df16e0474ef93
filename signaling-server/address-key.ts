import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/** Groups of 16 bits of an IPv6 address that a provider gives to one customer at least. */
const networkGroups = 4;

/** What clients are counted by: an IPv4 address, or the /64 of an IPv6 address, all of which one device may have. */
export function addressKey(address: string | undefined): string {
  const [plain = ""] = (address ?? "").split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined || !isIPv6(plain)) return mapped ?? plain;
  const [before = "", after] = plain.toLowerCase().split("::");
  const head = groupsOf(before);
  const tail = groupsOf(after ?? "");
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => "0"), ...tail];
  return `${groups
    .slice(0, networkGroups)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** An IPv4 address at the end is two groups, which are never among the first four. */
const groupsOf = (text: string): readonly string[] =>
  text.split(":").flatMap((group) => (group === "" ? [] : group.includes(".") ? ["0", "0"] : [group]));

/** Whose request it is. `trustsProxy`: the last address that was added to `X-Forwarded-For`, which the proxy in front wrote. */
export function clientKey(request: IncomingMessage, { trustsProxy }: { readonly trustsProxy: boolean }): string {
  const forwarded = trustsProxy ? [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() : "";
  return addressKey(forwarded || request.socket.remoteAddress);
}
