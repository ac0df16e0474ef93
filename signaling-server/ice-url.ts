import { isIPv6 } from "node:net";

/** RFC 7064 and 7065, without what no engine takes: a port 0, letters beyond ASCII, other queries. */
const urlPattern = /^(stuns?|turns?):(\[[^\]]*\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(\?.*)?$/s;

/** Why an engine would refuse this URL of an ICE server, as a sentence that says what was expected; null if none would. */
export function iceUrlProblem(url: string): string | null {
  if (!/^(stuns?|turns?):/.test(url)) return `expected a URL that begins with stun: or turn:, got ${url}`;
  const scheme = url.slice(0, url.indexOf(":"));
  const rest = url.slice(scheme.length + 1);
  const [, , host, port, query] = urlPattern.exec(url) ?? [];
  if (host === undefined) return hostProblem(scheme, rest);
  if (host.startsWith("[") && !isIPv6(host.slice(1, -1))) return `expected an IPv6 address in the brackets, got ${host}`;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return `expected a port from 1 to 65535 after ${host}, got ${port}`;
  }
  if (query === undefined) return null;
  if (scheme.startsWith("stun"))
    return `expected ${scheme}:host:port, got ${query} after it: write ${url.slice(0, -query.length)}`;
  return query === "?transport=udp" || query === "?transport=tcp"
    ? null
    : `expected ?transport=udp or ?transport=tcp after ${scheme}:${host}, got ${query}`;
}

function hostProblem(scheme: string, rest: string): string {
  const bare = rest.slice(rest.lastIndexOf("@") + 1);
  if (isIPv6(bare)) return `expected an IPv6 address in brackets, got ${bare}: write [${bare}]`;
  if (rest.includes("@")) {
    return `expected ${scheme}:host:port, got ${rest}: in JSON a user and a password have their own fields, username and credential`;
  }
  const port = /^(?:\[[^\]]*\]|[A-Za-z0-9._-]+):(.*)$/s.exec(rest)?.[1];
  if (port !== undefined && /^\d+$/.test(port)) return `expected a port from 1 to 65535, got ${port}`;
  return `expected host:port after ${scheme}:, got ${rest === "" ? "nothing" : rest}`;
}
