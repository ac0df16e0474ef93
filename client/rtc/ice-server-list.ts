import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import type { IceServerList } from "./simple-peer.ts";
import type { MakeConnection } from "./webrtc-problem.ts";

export interface IceServers {
  /** STUN and TURN servers as RTCPeerConnection takes them: an absent field must be absent, not undefined. */
  readonly list: IceServerList;
  /** A sentence for each server that this platform refuses. Such a server is left out: with it no link would open. */
  readonly problems: readonly string[];
}

/** The room's STUN and TURN servers, as far as this platform takes them. The platform is asked once if it takes all, otherwise for each. */
export function iceServerList(servers: readonly IceServer[], make: MakeConnection): IceServers {
  const whole = servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
  if (whole.length === 0 || refusalOf(whole, make) === null) return { list: whole, problems: [] };
  const problems: string[] = [];
  const list = whole.flatMap(({ urls, ...own }) => {
    const taken = [urls].flat().filter((url) => {
      const refusal = refusalOf([{ urls: url, ...own }], make);
      if (refusal !== null) problems.push(problemText(url, refusal));
      return refusal === null;
    });
    return taken.length === 0 ? [] : [{ urls: taken, ...own }];
  });
  return { list, problems };
}

function refusalOf(iceServers: IceServerList, make: MakeConnection): string | null {
  try {
    make({ iceServers }).close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function problemText(url: string, refusal: string): string {
  return `the room's server ${url} is not taken here (${refusal}); links are made without it: tell whoever hosts the room`;
}
