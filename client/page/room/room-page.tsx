import type { ReadonlySignal } from "@preact/signals";
import { headlineName } from "../../base/metric-text.ts";
import { nameOf, type RoomState, treeOf } from "../state/store.ts";
import { Brand } from "../ui/brand.tsx";
import { BackendLine } from "./backend-line.tsx";
import { ConfusionPanel } from "./confusion-panel.tsx";
import { DealtPanel } from "./dealt-panel.tsx";
import { Figures } from "./figures.tsx";
import { FilesPanel, type Reading } from "./files-panel.tsx";
import { LinksPanel } from "./links-panel.tsx";
import { MembersList } from "./members-list.tsx";
import { ModelPanel } from "./model-panel.tsx";
import { NoticesList } from "./notices-list.tsx";
import { ProgressCharts } from "./progress-charts.tsx";
import { RunSummary } from "./run-summary.tsx";
import { type Saved, SavePanel } from "./save-panel.tsx";
import { ShareRow } from "./share-row.tsx";
import { StatusBand } from "./status-band.tsx";
import { TrafficPanel } from "./traffic-panel.tsx";
import { TreeFigure } from "./tree-figure.tsx";

interface RoomPageProps {
  readonly room: string;
  readonly link: string;
  readonly state: ReadonlySignal<RoomState>;
  readonly onFiles: (files: readonly File[], paths: readonly string[], reading: Reading) => void;
  readonly onModel: (files: readonly File[], paths: readonly string[]) => void;
  readonly onSave: (what: Saved) => void;
  readonly onControl: (running: boolean) => void;
  readonly onLeave: () => void;
  readonly onDismiss: (notice: number) => void;
}

/** The page of a room, from opening its link to leaving it. */
export function RoomPage({ room, link, state: current, onFiles, onModel, onSave, onControl, onLeave, onDismiss }: RoomPageProps) {
  const state = current.value;
  const { joined, roster, links, tested } = state;
  const members = roster?.members ?? [];
  const observers = roster?.observers ?? 0;
  // Nothing else is there to be seen before the room's first member has chosen its files and its model.
  const isBeforeFiles = (state.files === "needed" || state.model === "needed") && roster === null && state.end === null;
  return (
    <div class="page">
      <header class="top">
        <Brand />
        <h1 class="room" translate={false}>
          {room}
        </h1>
        {state.end?.type !== "refused" && <ShareRow link={link} />}
      </header>
      <main>
        <StatusBand state={state} onControl={onControl} onLeave={onLeave} />
        {state.files === "needed" && state.end === null && <FilesPanel onFiles={onFiles} />}
        {state.model === "needed" && state.end === null && <ModelPanel onModel={onModel} />}
        {state.hasChosen && state.end?.type === "refused" && <FilesPanel isAgain onFiles={onFiles} />}
        <NoticesList notices={state.notices} onDismiss={onDismiss} />
        {state.end?.type !== "refused" && !isBeforeFiles && (
          <div class="grove">
            <TreeFigure
              kind={treeOf(state)}
              members={members}
              position={roster?.position ?? null}
              links={links}
              observers={observers}
            />
            <Figures state={state} />
            {tested?.confusion != null && (
              <ConfusionPanel confusion={tested.confusion} round={tested.round} schema={joined?.config.schema ?? ""} />
            )}
            <ProgressCharts points={state.history.points} headline={headlineName(joined?.config.task ?? "images")} />
            <TrafficPanel round={state.lastRound} />
            <MembersList members={members} self={joined?.self ?? null} links={links} observers={observers} />
            {roster !== null && state.end?.type !== "left" && (
              <LinksPanel
                tree={treeOf(state)}
                roster={roster}
                links={links}
                traffic={state.traffic}
                nameOf={(peer) => nameOf(state, peer)}
              />
            )}
            <div class="about">
              {joined !== null && state.end?.type !== "left" && <SavePanel hasRound={state.lastRound !== null} onSave={onSave} />}
              {state.dealt !== null && <DealtPanel dealt={state.dealt} />}
              {joined !== null && <RunSummary config={joined.config} parameters={joined.parameters} />}
              <BackendLine backend={state.backend} selection={state.selection} secure={isSecureContext} />
            </div>
          </div>
        )}
      </main>
    </div>
  );
}
