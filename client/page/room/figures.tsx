import type { ComponentChildren } from "preact";
import { depthOf } from "../../../shared/tree/tree.ts";
import { formatLoss, formatSeconds, plural } from "../../base/format.ts";
import { headlineName, headlineOf } from "../../base/metric-text.ts";
import { hashOf, type RoomState } from "../state/store.ts";
import { HashBadge } from "./hash-badge.tsx";
import { fateInWords, isLeftOut, modelInWords, placeInWords } from "./words.ts";
import { WordsAndFigures } from "./words-and-figures.tsx";

/** The numbers of the last round. */
export function Figures({ state }: { readonly state: RoomState }) {
  const { joined, lastRound, tested, roster } = state;
  const metrics = tested?.metrics ?? {};
  const { loss = null } = metrics;
  const headline = headlineOf(metrics);
  const position = roster?.position ?? null;
  const hash = hashOf(state);
  return (
    <dl class="figures" aria-label="The last round">
      <Figure name="Round" wide>
        <span data-testid="round" data-value={lastRound?.round ?? 0}>
          {lastRound?.round ?? 0}
        </span>
      </Figure>
      <Figure name={headline?.name ?? headlineName(joined?.config.task ?? "images")} wide>
        <span data-testid="accuracy" data-value={headline?.mean ?? ""}>
          {headline?.value ?? "–"}
        </span>
        {tested !== null && (
          <small data-testid="tested">
            <WordsAndFigures text={modelInWords(tested.round)} />
          </small>
        )}
      </Figure>
      <Figure name="Loss">
        <span data-testid="loss" data-value={loss ?? ""}>
          {loss === null ? "–" : formatLoss(loss)}
        </span>
        {tested !== null && (
          <small>
            <WordsAndFigures text={modelInWords(tested.round)} />
          </small>
        )}
      </Figure>
      <Figure name="Round time">{lastRound?.seconds == null ? "–" : formatSeconds(lastRound.seconds)}</Figure>
      <Figure name="Counted">
        {lastRound === null ? "–" : <WordsAndFigures text={`${lastRound.contributors} of ${lastRound.members}`} />}
        {lastRound !== null && <small class={isLeftOut(lastRound) ? "left-out" : ""}>{fateInWords(lastRound)}</small>}
      </Figure>
      <Figure name="Your place">
        <span data-testid="position" data-value={position ?? ""}>
          {roster === null ? "–" : placeInWords(position)}
        </span>
        {position !== null && joined !== null && (
          <small>
            number {joined.seat} in the tree, {linksUp(depthOf(joined.config.tree, position))}
          </small>
        )}
      </Figure>
      <Figure name="Model">
        <HashBadge hash={hash} />
        {hash !== null && <small>other tabs should show the same</small>}
      </Figure>
    </dl>
  );
}

function linksUp(depth: number): string {
  if (depth === 0) return "where all sums end";
  return `${plural(depth, "link")} from the root`;
}

function Figure({ name, wide = false, children }: { name: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={wide ? "figure-box big" : "figure-box"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
