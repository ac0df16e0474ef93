import type { PeerId } from "../base/transport.ts";
import { noVersion } from "../base/version.ts";
import type { Checkpoint } from "../replica/checkpoint.ts";
import type { RunConfig } from "../run/config.ts";
import { type ClientMessage, type RosterMessage, signalingProtocol } from "../signaling/protocol/messages.ts";
import type { Run } from "./create-run.ts";

type Hello = Extract<ClientMessage, { readonly kind: "hello" }>;

/** Who joins a room. */
interface Joiner {
  readonly room: string;
  readonly peer: PeerId;
  readonly label: string;
  /** What it asks for; null takes whatever the room has. */
  readonly config: RunConfig | null;
  /** Where a former life of it stood. */
  readonly restored: Checkpoint | null;
}

/**
 * What a peer says when it is connected to the server. After a reconnection (`run`) it also says where it stood, so that a server that
 * restarted can rebuild the roster.
 * @param last the last roster that it was told
 */
export function helloOf({ room, peer, label, config, restored }: Joiner, run: Run | null, last: RosterMessage | null): Hello {
  const head = { kind: "hello", protocol: signalingProtocol, room, peer, label } as const;
  if (run === null) return { ...head, config, tip: null, ...(restored && comebackOf(restored)) };
  const { rounds, seat } = run;
  const position = last?.members.findIndex((member) => member.peer === peer) ?? -1;
  // Before its first roster a peer that began with a checkpoint knows that of its life before.
  const { version, members } =
    last === null ? (restored ?? { version: noVersion, members: 0 }) : { ...last, members: last.members.length };
  // Of a later, smaller roster many may not have what the larger one before committed.
  const most = Math.max(members, rounds.committers);
  const former = { seat, position: position < 0 ? null : position, members: most, version };
  return { ...head, config: run.config, tip: rounds.tip.round > 0 ? rounds.tip : null, former };
}

/** What a hello says of a peer that begins with a checkpoint. Where it stood in the tree is no matter: it may have missed rounds since. */
function comebackOf({ config, tip, seat, members, version }: Checkpoint): Pick<Hello, "config" | "tip" | "former"> {
  return { config, tip, former: { seat, position: null, members, version } };
}
