import type { PeerId } from "../base/transport.ts";
import { noVersion } from "../base/version.ts";
import type { Checkpoint } from "../replica/checkpoint.ts";
import type { RunConfig } from "../run/config.ts";
import { type ClientMessage, type RosterMessage, signalingProtocol } from "../signaling/protocol/messages.ts";
import type { RunDescription } from "../signaling/protocol/run-description.ts";
import type { Run } from "./create-run.ts";
import type { PlaceLog } from "./place-log.ts";

type Hello = Extract<ClientMessage, { readonly kind: "hello" }>;

/** Who joins a room. */
interface Joiner {
  readonly room: string;
  readonly peer: PeerId;
  readonly label: string;
  /** What it asks for; null takes whatever the room has. */
  readonly config: RunConfig | null;
  /** The run that a room gets from a peer that asks for none and is its first. */
  readonly proposal: RunConfig;
  /** Where an earlier life of it stood. */
  readonly restored: Checkpoint | null;
  describe(config: RunConfig): RunDescription;
}

/**
 * What a peer says when it is connected to the server. After a reconnection (`run`) it also says where it stood, so that a server that
 * restarted can rebuild the roster.
 * @param last the last roster that it was told
 * @param log of it and of those before it
 */
export function helloOf(joiner: Joiner, run: Run | null, last: RosterMessage | null, log: PlaceLog): Hello {
  const { room, peer, label, restored, proposal, describe } = joiner;
  const head = { kind: "hello", protocol: signalingProtocol, room, peer, label } as const;
  const config = askedFor(joiner, run);
  const asks = { ...head, description: describe(config ?? proposal), insists: config !== null };
  if (run === null) return { ...asks, tip: null, ...(restored && comebackOf(restored)) };
  const { rounds, seat } = run;
  const position = last?.members.findIndex((member) => member.peer === peer) ?? -1;
  // Before its first roster a peer that began with a checkpoint knows that of its life before.
  const { version, members } =
    last === null ? (restored ?? { version: noVersion, members: 0 }) : { ...last, members: last.members.length };
  // Many members of a later, smaller roster may not have what the larger one before committed.
  const most = Math.max(members, rounds.chain.committers);
  const { tip } = rounds.chain;
  // Others may have committed under any of these, and nobody else may be there to say that it was.
  const places = log.since(tip.version);
  const was = { seat, position: position < 0 ? null : position, members: most, version };
  const previousPlace = places.length === 0 ? was : { ...was, places: [...places] };
  return { ...asks, tip: tip.round > 0 ? tip : null, previousPlace };
}

/** The only configuration by which a peer comes in; null: it takes whatever the room has. */
export function askedFor({ config, restored }: Pick<Joiner, "config" | "restored">, run: Run | null): RunConfig | null {
  return run?.config ?? restored?.config ?? config;
}

/** What a hello says of a peer that begins with a checkpoint. Where it stood in the tree is no matter: it may have missed rounds since. */
function comebackOf({ tip, seat, members, version }: Checkpoint): Pick<Hello, "tip" | "previousPlace"> {
  return { tip, previousPlace: { seat, position: null, members, version } };
}
