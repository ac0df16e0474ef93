import type { IceServerList } from "./simple-peer.ts";

/** How far a connection came that did not open. */
export interface Progress {
  /** States as RTCPeerConnection names them. */
  readonly ice: string;
  readonly gathering: string;
  /** Offers, answers and candidates that went each way. */
  readonly sent: number;
  readonly received: number;
  readonly iceServers: IceServerList;
  readonly relayOnly: boolean;
  /** Whether this side's platform made a connection at all. */
  readonly isMade: boolean;
  /** The platform's own words for its end, if it had any. */
  readonly said: string | undefined;
}

/** Why no link opened, and what a person can do about it; then, in parentheses, the facts. */
export function failureText(progress: Progress): string {
  const { ice, gathering, sent, received, said } = progress;
  const facts = `ICE ${ice}, gathering ${gathering}; ${sent} signals sent, ${received} received`;
  return `${adviceOn(progress)} (${said === undefined ? facts : `${facts}; ${bare(said)}`})`;
}

/** Why a link that was open ended; then, in parentheses, the platform's own words, if it had any. */
export function lossText(said: string | undefined): string {
  if (said === undefined) return "the other side closed the connection: it left, or was loaded again";
  const cause = /connection (failed|closed)/i.test(said)
    ? "nothing comes from the other side any more: its tab or device is gone or asleep, or the network between the two failed"
    : "the other side's tab or process has ended";
  return `${cause} (${bare(said)})`;
}

/** Browsers end some of their sentences with a full stop, some not; parentheses are ours. */
const bare = (said: string): string => said.replace(/\.$/, "").replace(/[()]/g, "");

function adviceOn({ ice, received, iceServers, relayOnly, isMade }: Progress): string {
  if (!isMade) {
    return "this side cannot make a WebRTC connection: close other tabs that have many, or see whether an extension or a policy forbids it";
  }
  if (received === 0) return "the other side does not answer: it may be closed or asleep, or has lost the signaling server";
  if (ice === "connected" || ice === "completed") {
    return "a path between the two was found, but no channel opened on it in time: a busy device, or a network that lets little through";
  }
  if (hasRelay(iceServers)) {
    return relayOnly
      ? "no path through the TURN server, and none but such is allowed: see that it can be reached and takes its credentials"
      : "no path between the two networks, and none through the TURN server: see that it can be reached and takes its credentials";
  }
  return relayOnly
    ? "only paths through a relay are allowed here, and the room has no TURN server: take relay-only away, or ask whoever hosts the room for a relay (copse serve --ice turn:user:password@host:port)"
    : "no direct path between the two networks, and no TURN server: ask whoever hosts the room for a relay (copse serve --ice turn:user:password@host:port)";
}

function hasRelay(iceServers: IceServerList): boolean {
  return iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));
}
