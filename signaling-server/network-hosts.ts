import type { NetworkInterfaceInfo } from "node:os";

export interface NetworkHosts {
  /** Hosts of addresses at which other devices may find this machine, the likeliest first; IPv6 in brackets. */
  readonly all: readonly string[];
  /** The first of them, unless all belong to networks within this machine or to tunnels. */
  readonly likely: string | null;
}

/** Networks of containers, virtual machines and tunnels, which other devices are not in. */
const virtualInterface = /^(docker|br-|veth|virbr|vmnet|vboxnet|vethernet|cni|flannel|lxc|lxd|tun|tap|wg|utun|tailscale|zt|ppp)/i;
/** The networks that Docker takes first, also as seen from within a container. */
const dockerAddress = /^172\.1[78]\./;

/**
 * By the address that a server listens on: none for one address of its own, those of the same family for all of them, and both
 * families for `::`. Addresses that are of use only together with the name of an interface are left out.
 */
export function networkHosts(
  listening: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): NetworkHosts {
  if (listening !== "0.0.0.0" && listening !== "::") return { all: [], likely: null };
  const found = Object.entries(interfaces)
    .flatMap(([name, addresses = []]) => addresses.map((address) => ({ name, ...address })))
    .filter(({ internal, family, address }) => !internal && isUsable(address) && (family === "IPv4" || listening === "::"))
    .map(({ name, family, address }) => ({
      host: family === "IPv4" ? address : `[${address}]`,
      // Sorting keeps the system's order among equals.
      rank: (virtualInterface.test(name) || dockerAddress.test(address) ? 2 : 0) + (family === "IPv4" ? 0 : 1),
    }))
    .toSorted((a, b) => a.rank - b.rank);
  const [first] = found;
  return { all: found.map(({ host }) => host), likely: first !== undefined && first.rank < 2 ? first.host : null };
}

/** Whether it is not link-local (fe80::/10, 169.254/16). */
function isUsable(address: string): boolean {
  return !/^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(address);
}
