type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A sentence for a person whose environment names a proxy for the server's address: a peer uses none. null if none is named, for
 * an address of this machine, and if `NO_PROXY` excepts the address.
 */
export function proxyNotice(serverUrl: string, env: Environment): string | null {
  const { protocol, hostname, port } = new URL(serverUrl);
  const name = [`${protocol.slice(0, -1)}_proxy`, "all_proxy"]
    .flatMap((lower) => [lower, lower.toUpperCase()])
    .find((variable) => (env[variable] ?? "") !== "");
  if (name === undefined || isLoopback(hostname)) return null;
  const place = { hostname, port: port === "" ? (protocol === "https:" ? "443" : "80") : port };
  if (isExcepted(env["no_proxy"] ?? env["NO_PROXY"] ?? "", place)) return null;
  return `${name} names a proxy, but a peer's connection to its server does not go through one: it goes to ${hostname} directly. Where only the proxy leads there, run the peer elsewhere; otherwise NO_PROXY=${hostname} ends this notice`;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Whether a `NO_PROXY` list has the address, as curl reads it: host names or their ends, each with or without a port; `*`: all. */
function isExcepted(list: string, { hostname, port }: { readonly hostname: string; readonly port: string }): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      return name !== "" && (only ?? port) === port && (hostname === name || hostname.endsWith(`.${name}`));
    });
}
