import { domainToASCII } from "node:url";
import { z } from "zod";
import type { IceServer } from "../shared/signaling/protocol/messages.ts";
import { iceUrlProblem } from "./ice-url.ts";

/** An `--ice` value is neither a list of ICE servers nor a URL of one, or an engine would refuse it. */
export class IceError extends Error {
  override readonly name = "IceError";
}

const maxServers = 10;
const maxUrls = 10;
/** Characters of a URL, a user or a password: as the signaling wire has it. */
const maxText = 300;

/**
 * ICE servers as a person writes them: JSON as `RTCPeerConnection` or a provider's API has it, or `stun:host:port`, or
 * `turn:user:password@host:port` (also `turns:`, and `?transport=tcp` at the end). A password may contain `@`. What is taken here
 * no engine refuses: one server that is refused would keep every link of the room from opening.
 * @throws {IceError} saying what was expected
 */
export function parseIce(text: string): readonly IceServer[] {
  return /^\s*[[{]/.test(text) ? parseJson(text) : [parseUrl(text)];
}

/** Those of several values, no more than a peer is told of. @throws {IceError} */
export function parseIceServers(texts: readonly string[]): readonly IceServer[] {
  const servers = texts.flatMap((text) => parseIce(text));
  if (servers.length > maxServers) throw new IceError(`expected at most ${maxServers} ICE servers, got ${servers.length}`);
  return servers;
}

const word = z.string().max(maxText).nullish();
const url = z.string().max(maxText);
const serverSchema = z
  .object({
    urls: z.union([url, z.array(url).min(1).max(maxUrls)]).optional(),
    /** Older than `urls`; some providers still write it, or both. */
    url: url.optional(),
    username: word,
    credential: word,
    credentialType: z.literal("password").nullish(),
  })
  .refine((server) => (server.urls ?? server.url) !== undefined, { message: "expected urls", path: ["urls"] });
const listSchema = z.array(serverSchema);

function parseJson(text: string): readonly IceServer[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new IceError(`expected ICE servers as JSON, got text that is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = listSchema.safeParse(listIn(json));
  if (!parsed.success)
    throw new IceError(`expected ICE servers with urls, username and credential: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.length === 0) throw new IceError("expected at least one ICE server, got an empty list");
  return parsed.data.map(serverOf);
}

/** Where providers' answers keep the list: at the top, or below one of these names. */
function listIn(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const servers = "iceServers" in json ? json.iceServers : "ice_servers" in json ? json.ice_servers : json;
  return Array.isArray(servers) ? servers : [servers];
}

function serverOf({ urls, url: older, username, credential }: z.infer<typeof serverSchema>): IceServer {
  const own = urls ?? older ?? "";
  for (const each of [own].flat()) {
    const problem = iceUrlProblem(each);
    if (problem !== null) throw new IceError(problem);
    if (each.startsWith("turn") && !(username && credential)) {
      throw new IceError(`expected username and credential beside ${each}: every TURN server has both`);
    }
  }
  return { urls: own, ...(username ? { username } : {}), ...(credential ? { credential } : {}) };
}

function parseUrl(text: string): IceServer {
  const [, scheme, rest] = /^(stuns?|turns?):(.+)$/s.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw new IceError(`expected stun:host:port, turn:user:password@host:port or JSON, got ${text}`);
  }
  const at = rest.lastIndexOf("@");
  const host = rest.slice(at + 1);
  const urls = `${scheme}:${host}`;
  const problem = iceUrlProblem(urls) ?? lengthProblem(rest);
  if (problem !== null) throw new IceError(`${problem}${asciiHint(host)}`);
  if (scheme.startsWith("stun")) {
    if (at >= 0)
      throw new IceError(`expected ${scheme}:host:port without a user, got one: only turn: takes a user and a password`);
    return { urls };
  }
  const [user = "", ...others] = rest.slice(0, Math.max(0, at)).split(":");
  const password = others.join(":");
  if (user === "" || password === "") {
    throw new IceError(`expected ${scheme}:user:password@host:port, got no user and password before ${host}`);
  }
  if (others.length > 1 || /%[0-9a-f]{2}/i.test(rest.slice(0, at))) throw ambiguous(urls, [user, ...others]);
  return { urls, username: user, credential: password };
}

/**
 * Where the user ends is not known if there are several colons: coturn's temporary users are `expiry:name`. Nor is it known whether
 * `%40` is what it says or stands for `@`.
 */
function ambiguous(urls: string, parts: readonly string[]): IceError {
  const [first = "", ...others] = parts.map(decoded);
  const isTemporary = /^\d{9,}$/.test(first) && others.length > 1;
  const username = isTemporary ? [first, ...others.slice(0, -1)].join(":") : first;
  const credential = isTemporary ? others.at(-1) : others.join(":");
  const why = parts.length > 2 ? "where the user ends and the password begins" : "whether its % stands for itself";
  return new IceError(
    `it is not clear in ${urls.slice(0, urls.indexOf(":"))}:${parts.join(":")}@… ${why}: give it as JSON, e.g. --ice '${JSON.stringify([{ urls, username, credential }])}'`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function lengthProblem(text: string): string | null {
  return text.length > maxText ? `expected at most ${maxText} characters, got ${text.length}` : null;
}

/** Engines take no other letters than these, and a person knows the other form only. */
function asciiHint(host: string): string {
  const [name = ""] = host.split(/[:?]/);
  const ascii = domainToASCII(name);
  return ascii === "" || ascii === name.toLowerCase() ? "" : `; ${name} is written ${ascii}`;
}
