import type { Clock } from "../base/clock.ts";
import type { Hasher } from "../base/hash.ts";
import { noVersion } from "../base/version.ts";
import { encodeCheckpoint } from "../checkpoint/checkpoint-code.ts";
import { createCheckpointKeeper } from "../checkpoint/checkpoint-keeper.ts";
import { setAside } from "../checkpoint/load-checkpoint.ts";
import type { Checkpoint, CheckpointStore } from "../replica/checkpoint.ts";
import type { RunConfig } from "../run/config.ts";
import type { PeerReport } from "../run/report.ts";
import type { RosterMessage } from "../signaling/protocol/messages.ts";
import type { Rounds } from "./rounds.ts";

/** A peer's place in a store, and what was in it. */
export interface PeerCheckpoints {
  readonly store: CheckpointStore;
  /** What `loadCheckpoint` found. Whoever begins with a residual is the only one to do so. */
  readonly restored: Checkpoint | null;
  /** By which the server knows this peer's next life for the same peer: what its signaling client shows. */
  readonly session: string;
}

/** What is saved of a run. */
interface SavedRun {
  readonly config: RunConfig;
  readonly seat: number;
  readonly rounds: Rounds;
}

/** What a peer saves, and when: now and then what all have in common; at its end, when it says nothing more, its residual too. */
export interface PeerSaves {
  offer(run: SavedRun, roster: RosterMessage | null): void;
  /** Ends the run's rounds. Without a run, what the peer began with is put back whole. */
  end(run: SavedRun | null, roster: RosterMessage | null): Promise<void>;
  /** Sets aside what the peer began with, since by that it cannot take part: the next life would fare no better. */
  endWithout(why: string): Promise<void>;
}

interface PeerSavesHost {
  /** The schema of the run, where the configuration has only its digest; else empty. */
  longSchema(): string;
  readonly room: string;
  readonly clock: Clock;
  readonly hasher: Hasher;
  report(report: PeerReport): void;
}

export function createPeerSaves(
  { room, clock, hasher, report, longSchema }: PeerSavesHost,
  checkpoints: PeerCheckpoints,
): PeerSaves {
  const { store, restored, session } = checkpoints;
  const keeper = createCheckpointKeeper(store, clock, (text) => report({ type: "notice", text }));

  const encode = ({ config, seat, rounds }: SavedRun, roster: RosterMessage | null, residual: Checkpoint["residual"]) => {
    const { tip, state } = rounds.chain;
    // Before the first commit there is nothing yet, and an invalid replica cannot be relied on.
    if (tip.round === 0) return null;
    // Before its first roster a peer that began with a checkpoint knows that of its life before.
    const { members, version } = restored ?? { members: 0, version: noVersion };
    const last = roster === null ? { members, version } : { members: roster.members.length, version: roster.version };
    return encodeCheckpoint({ room, config, schema: longSchema(), session, seat, ...last, ...state, residual }, hasher);
  };

  return {
    offer: (run, roster) => keeper.offer(() => encode(run, roster, null)),
    async end(run, roster) {
      if (run !== null) {
        const bytes = encode(run, roster, run.rounds.retire());
        if (bytes !== null) await keeper.last(bytes);
      } else if (restored !== null) await keeper.last(encodeCheckpoint(restored, hasher));
    },
    async endWithout(why) {
      if (restored === null) return;
      // Whole, as the peer began with it.
      await keeper.last(encodeCheckpoint(restored, hasher));
      const { isDone, sentence } = await setAside(store, why);
      report({ type: "notice", text: `${sentence}; started again, this peer begins ${isDone ? "without" : "with"} it` });
    },
  };
}
