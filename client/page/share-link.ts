/** The address of a page, as far as the link for others depends on it. */
export interface PageAddress {
  /** `location.href` and `document.baseURI`. */
  readonly href: string;
  readonly base: string;
  /** Address of the server's folder for other devices; null if the server does not know it. */
  readonly network: string | null;
}

/** Host names that mean the machine itself. */
const ownMachine = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The link of a room for somebody else: at an address that other devices can use if this page's own works on this machine only,
 * and without the options of this tab, such as `?relay-only`.
 */
export function shareLink({ href, base, network }: PageAddress): string {
  const { pathname, hash, hostname, port } = new URL(href);
  const folder = new URL(base);
  // Another port may be a tunnel to a server on another machine.
  const isServers = network !== null && ownMachine.test(hostname) && new URL(network).port === port;
  return new URL(pathname.slice(folder.pathname.length) + hash, isServers ? network : folder).href;
}
