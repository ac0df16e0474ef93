import { useEffect, useRef } from "preact/hooks";
import type { RoomState } from "../state/store.ts";
import { TimeLeft } from "./time-left.tsx";
import { announcement, asksForOtherSettings, outcomeInWords, phaseOf, stateInWords, waitOf } from "./words.ts";
import { WordsAndFigures } from "./words-and-figures.tsx";

interface StatusBandProps {
  readonly state: RoomState;
  readonly onControl: (running: boolean) => void;
  readonly onLeave: () => void;
}

/** The state of the room in words, and the buttons that pause, start and leave it. */
export function StatusBand({ state, onControl, onLeave }: StatusBandProps) {
  const phase = phaseOf(state);
  const outcome = outcomeInWords(state);
  const wait = waitOf(state);
  const running = state.roster?.running ?? false;
  const over = phase === "refused" || phase === "left";
  const again = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone: the keyboard focus goes to the next one.
  useEffect(() => {
    if (phase === "left") again.current?.focus();
  }, [phase]);
  const cannot = state.joined === null || state.connected === false;
  return (
    <section class={`status ${phase}`} aria-label="State of the run">
      <div class="words">
        <p class="state" data-testid="room-state" data-phase={phase}>
          <WordsAndFigures text={stateInWords(state)} />
        </p>
        <p class="unseen" role="status">
          {announcement(state)}
        </p>
        {wait !== null && <TimeLeft wait={wait} />}
        {state.end?.type === "refused" && <p role="alert">{state.end.reason}</p>}
        {state.end === null && state.unreachable !== null && (
          <p role="alert" data-testid="unreachable">
            {state.unreachable}
          </p>
        )}
        {outcome !== null && <p data-testid="outcome">{outcome}</p>}
        {state.diverging !== null && !over && (
          <p class="wrong" role="alert" data-testid="diverging">
            {state.diverging}
          </p>
        )}
        {phase === "left" && <p>The others go on without this tab.</p>}
      </div>
      <div class="actions">
        {over ? (
          <>
            {phase === "left" && (
              <button ref={again} class="button primary" type="button" onClick={() => location.reload()}>
                Join again
              </button>
            )}
            {state.end?.type === "refused" && asksForOtherSettings(state.end.reason) && (
              <a class="button primary" href={`${location.pathname}${location.search}`}>
                Join with the room’s settings
              </a>
            )}
            <a class="button" href="./">
              Back to the start
            </a>
          </>
        ) : (
          <>
            {phase !== "finished" && (
              <button
                class="button primary"
                type="button"
                data-testid={running ? "pause" : "start"}
                disabled={cannot}
                onClick={() => onControl(!running)}
              >
                {running ? "Pause" : "Start"}
              </button>
            )}
            <button class="button" type="button" data-testid="leave" onClick={onLeave}>
              Leave
            </button>
          </>
        )}
      </div>
    </section>
  );
}
