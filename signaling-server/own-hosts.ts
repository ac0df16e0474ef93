import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Refusal } from "./refuse-upgrade.ts";

/** Names and origins that a server did not expect and logs, once each: an operator sees his own among a few of strangers. */
const maxLogged = 10;
/** Characters of a name from a request that are repeated in an answer or the log. */
const maxShown = 100;

export interface OwnHostsOptions {
  /** What the server listens on: a name among them is its own. */
  readonly host: string;
  /** The name of this machine, which other devices of a network may know it by; also with `.local` behind it. */
  readonly machine: string;
  /** Further names, without ports. */
  readonly allowedHosts: readonly string[];
  /** Origins of pages that another server serves, e.g. `https://page.example`. */
  readonly allowedOrigins: readonly string[];
  /** Whether the server's certificate names a host. */
  readonly isCertified: (name: string) => boolean;
  /** Takes one line, without its end. */
  readonly log: (line: string) => void;
}

/** Says why a request is not this server's to answer; null if it is. */
export type OwnHosts = (request: IncomingMessage) => Refusal | null;

/**
 * Refuses requests to a host that is not this server's, and those that the page of another origin makes.
 *
 * | `Host` | own |
 * |---|---|
 * | none (HTTP/1.0) | yes: no browser |
 * | an IP address | yes: a page whose own name was made to resolve to this server (DNS rebinding) has that name here, never an address |
 * | `localhost`, `*.localhost`, the name listened on, this machine's, a certified or an allowed one | yes |
 * | any other | no |
 *
 * An `Origin` is own if its host and port are those of `Host`, or if it is listed. Programs that are no browsers send none.
 */
export function createOwnHosts(options: OwnHostsOptions): OwnHosts {
  const { host, machine, allowedHosts, allowedOrigins, isCertified, log } = options;
  const names = new Set([host, machine, `${machine}.local`, ...allowedHosts].map((name) => name.toLowerCase()));
  const origins = new Set(allowedOrigins);
  const logged = new Set<string>();

  const isOwn = (name: string): boolean =>
    isIP(name.replace(/^\[|\]$/g, "")) !== 0 ||
    name === "localhost" ||
    name.endsWith(".localhost") ||
    names.has(name) ||
    isCertified(name);

  function refuse(what: string, advice: string): Refusal {
    if (logged.size < maxLogged && !logged.has(what)) {
      logged.add(what);
      log(`A request ${what} was refused. If that is this server's, ${advice}.`);
    }
    return { status: 403, text: `This server answers no request ${what}. If you run it and that is right, ${advice}.` };
  }

  return ({ headers }) => {
    if (headers.host !== undefined) {
      const at = hostOf(headers.host);
      if (at === null) return { status: 400, text: "Expected a host and perhaps a port as Host." };
      // A name may end with the root's dot.
      const name = at.hostname.replace(/\.$/, "");
      if (!isOwn(name)) return refuse(`to the host ${shown(name)}`, `start it with --allowed-host ${shown(name)}`);
    }
    const { origin } = headers;
    if (origin === undefined || origins.has(origin)) return null;
    const from = urlOf(origin);
    // Whether there is TLS, a proxy in front may know and this server not: the schemes are not compared, but each has its port.
    if (from !== null && from.host !== "" && from.host === urlOf(`${from.protocol}//${headers.host}`)?.host) return null;
    if (from === null || from.origin === "null") return refuse("from pages of no origin", "open its page by http or https");
    const what = shown(from.origin);
    return refuse(
      `from pages of the origin ${what}`,
      `have a proxy pass Host on with its port, or start it with --allowed-origin ${what}`,
    );
  };
}

/** A name without a port, as `Host` has it; null where the text is none. */
export const allowedHostOf = (text: string): string | null => hostOf(/:\d*$/.test(text) ? "" : text)?.hostname ?? null;

/** An origin as a browser sends it; null where the text is none. */
export const allowedOriginOf = (text: string): string | null => {
  const at = urlOf(text);
  const isOrigin = at !== null && /^https?:$/.test(at.protocol) && at.href === `${at.origin}/`;
  return isOrigin ? at.origin : null;
};

/** A host and perhaps its port; null where the text has more, or less. */
const hostOf = (text: string): URL | null => (/^[^/\\?#@]+$/.test(text) ? urlOf(`http://${text}`) : null);

const shown = (text: string): string => text.slice(0, maxShown);

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
