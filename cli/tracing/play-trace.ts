import { Replay } from "../../shared/simulation/replay/replay.ts";
import { ReplayError, type TraceLine } from "../../shared/simulation/replay/trace-line.ts";

/** What was replayed. */
export interface PlayedTrace {
  /** That came from outside. */
  readonly events: number;
  /** That followed from them, and were compared. */
  readonly effects: number;
  /** That were committed. */
  readonly rounds: number;
}

/** Lines that may follow from one event: far more than mailboxes hold. */
const maxPassage = 100_000;

/**
 * Replays a trace, passage by passage: no more of it than one is kept.
 * @throws {Error} (as a rejection) with the file's name and the line, where the peer decides something else or the record cannot be read
 */
export async function playTrace(name: string, lines: AsyncIterable<TraceLine>): Promise<PlayedTrace> {
  let replay: Replay | null = null;
  let passage: TraceLine[] = [];
  const played = { events: 0, effects: 0, rounds: 0 };
  const play = (isLast: boolean): void => {
    if (replay === null || passage.length === 0) return;
    replay.play(passage, isLast);
    played.events += 1;
    played.effects += passage.length - 1;
    played.rounds += passage.filter(({ record }) => record.kind === "committed").length;
    passage = [];
  };
  try {
    for await (const line of lines) {
      if (line.record.depth === 0) play(false);
      if (replay === null) replay = new Replay(line);
      else passage.push(line);
      if (passage.length > maxPassage)
        throw new ReplayError(line.number, `expected at most ${maxPassage} lines to follow, got more`);
    }
    play(true);
  } catch (cause) {
    if (!(cause instanceof ReplayError)) throw cause;
    throw new Error(`${name}, line ${cause.line}: ${cause.message}`, { cause });
  }
  return played;
}
