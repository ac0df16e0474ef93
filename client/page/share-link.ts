/** Where a page was opened, as far as its link to others depends on it. */
export interface PageAddress {
  /** `location.href` and `document.baseURI`. */
  readonly href: string;
  readonly base: string;
  /** The server's folder as other devices find it, if the server knows. */
  readonly network: string | null;
}

/** How a host is called from the machine itself. */
const ownMachine = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The link of a room for somebody else: at an address that other devices can use where this page's own is of use on this machine
 * alone, and without what the address asks of this tab, such as `?relay-only`.
 */
export function shareLink({ href, base, network }: PageAddress): string {
  const { pathname, hash, hostname, port } = new URL(href);
  const folder = new URL(base);
  // Through a tunnel of another port the server may be far from here.
  const isServers = network !== null && ownMachine.test(hostname) && new URL(network).port === port;
  return new URL(pathname.slice(folder.pathname.length) + hash, isServers ? network : folder).href;
}
