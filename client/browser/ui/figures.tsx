import type { ComponentChildren } from "preact";
import { hashOf, type RoomState } from "../store.ts";
import { formatLoss, formatPercent, formatSeconds } from "./format.ts";
import { HashBadge } from "./hash-badge.tsx";
import { placeInWords } from "./words.ts";

/** The numbers of the last round. */
export function Figures({ state }: { readonly state: RoomState }) {
  const { lastRound, accuracy, loss, roster } = state;
  const position = roster?.position ?? null;
  return (
    <dl class="figures" aria-label="The last round">
      <Figure name="Round" wide>
        <span data-testid="round" data-value={lastRound?.round ?? 0}>
          {lastRound?.round ?? 0}
        </span>
      </Figure>
      <Figure name="Accuracy" wide>
        <span data-testid="accuracy" data-value={accuracy ?? ""}>
          {accuracy === null ? "–" : formatPercent(accuracy)}
        </span>
      </Figure>
      <Figure name="Loss">
        <span data-testid="loss" data-value={loss ?? ""}>
          {loss === null ? "–" : formatLoss(loss)}
        </span>
      </Figure>
      <Figure name="Round time">{lastRound === null ? "–" : formatSeconds(lastRound.seconds)}</Figure>
      <Figure name="Counted">
        {lastRound === null ? "–" : `${lastRound.contributors} of ${lastRound.members}`}
        {lastRound !== null && (
          <small class={lastRound.counted ? "" : "left-out"}>{lastRound.counted ? "yours too" : "yours was left out"}</small>
        )}
      </Figure>
      <Figure name="Your place">
        <span data-testid="position" data-value={position ?? ""}>
          {placeInWords(position)}
        </span>
      </Figure>
      <Figure name="Model">
        <HashBadge hash={hashOf(state)} />
        <small>the same in every tab</small>
      </Figure>
    </dl>
  );
}

function Figure({ name, wide = false, children }: { name: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={wide ? "figure-box big" : "figure-box"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
