import { z } from "zod";
import { type IceServer, serverMessageSchema } from "../shared/signaling/messages.ts";

/** An `--ice` value is neither a list of ICE servers nor a URL of one. */
export class IceError extends Error {
  override readonly name = "IceError";
}

const schemes = /^(stuns?|turns?):(.+)$/;
const maxServers = 10;

/**
 * ICE servers as a person writes them: a JSON array as `RTCPeerConnection` takes it, or `stun:host:port`, or
 * `turn:user:password@host:port` (also `turns:`, and `?transport=tcp` at the end). A password may contain `:` and `@`.
 * @throws {IceError} saying what was expected
 */
export function parseIce(text: string): readonly IceServer[] {
  return text.trimStart().startsWith("[") ? parseList(text) : [parseUrl(text)];
}

/** Those of several values, no more than a peer is told of. @throws {IceError} */
export function parseIceServers(texts: readonly string[]): readonly IceServer[] {
  const servers = texts.flatMap((text) => parseIce(text));
  if (servers.length > maxServers) throw new IceError(`expected at most ${maxServers} ICE servers, got ${servers.length}`);
  return servers;
}

function parseList(text: string): readonly IceServer[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new IceError(`expected a JSON array of ICE servers, got text that is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = iceServersSchema.safeParse(json);
  if (!parsed.success)
    throw new IceError(`expected ICE servers with urls, username and credential: ${z.prettifyError(parsed.error)}`);
  const urls = parsed.data.flatMap(({ urls }) => urls);
  const wrong = urls.find((url) => !schemes.test(url));
  if (wrong !== undefined) throw new IceError(`expected a URL that begins with stun: or turn:, got ${wrong}`);
  return parsed.data;
}

function parseUrl(text: string): IceServer {
  const [, scheme, rest] = schemes.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw new IceError(`expected stun:host:port, turn:user:password@host:port or a JSON array, got ${text}`);
  }
  const at = rest.lastIndexOf("@");
  const host = rest.slice(at + 1);
  if (!/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/.test(host)) {
    throw new IceError(`expected host:port after ${scheme}:, got ${host === "" ? "nothing" : host}`);
  }
  const urls = `${scheme}:${host}`;
  if (scheme.startsWith("stun")) {
    if (at >= 0)
      throw new IceError(`expected ${scheme}:host:port without a user, got one: only turn: takes a user and a password`);
    return { urls };
  }
  const colon = rest.indexOf(":");
  if (at < 0 || colon < 1 || colon > at) {
    throw new IceError(`expected ${scheme}:user:password@host:port, got no user and password before ${host}`);
  }
  return { urls, username: rest.slice(0, colon), credential: rest.slice(colon + 1, at) };
}

const iceServersSchema = serverMessageSchema.options[0].shape.iceServers;
