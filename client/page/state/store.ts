import type { Hash } from "../../../shared/base/hash.ts";
import type { LinkTraffic, PeerId } from "../../../shared/base/transport.ts";
import { defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import type { PeerReport, RoundReport } from "../../../shared/run/report.ts";
import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { peerName } from "../../base/peer-name.ts";
import type { Backend, TabReport } from "../../browser/session-types.ts";
import type { DealtCounts } from "../../data/load-data.ts";
import type { ClientReport, Download, FinalModel } from "../../peer/client-report.ts";
import { emptyHistory, type History, recordRound, recordTest } from "./history.ts";
import { linkReason } from "./link-reason.ts";
import { type LinkStanding, withLoss, withReport, withRoster, withTraffic } from "./link-standings.ts";
import { addNotice, type Notice, stillTrue } from "./notices.ts";

type ReportOf<K extends PeerReport["type"]> = Omit<Extract<PeerReport, { type: K }>, "type">;

/** Everything the page knows about the room; plain data, replaced as a whole by `reduce`. */
export interface RoomState {
  /** This peer's identity and run; null until the server has welcomed it. */
  readonly joined: ReportOf<"joined"> | null;
  readonly roster: ReportOf<"roster"> | null;
  /** This peer's own links; those between others are not known. */
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  /** Whether there is a connection to the signaling server; null before the first attempt has ended. */
  readonly connected: boolean | null;
  /** Why there is no connection to the server, as a sentence; null while there is one, or the cause is not known. */
  readonly unreachable: string | null;
  /** Progress of a download from the server, of data or of a model; null while none is loading. */
  readonly download: Download | null;
  /** Where this tab's own files are: it has to be asked for them, they are being read; null: there are none, or they are read. */
  readonly files: "needed" | "reading" | null;
  /** Where the model is that the room begins with: as `files`. */
  readonly model: "needed" | "reading" | null;
  /** Whether the person has chosen files in this tab: where it is refused with them, it asks for others. */
  readonly hasChosen: boolean;
  /** What this tab has of each class where data are dealt; null where they are not. */
  readonly dealt: DealtCounts | null;
  /** Progress of the model's download from a donor; null while none is loading. */
  readonly fetched: Omit<ReportOf<"progress">, "type"> | null;
  /** What this tab waits for before it becomes a member; null if that is not known. */
  readonly waiting: Omit<ReportOf<"waiting">, "type"> | null;
  /** The round being trained; null before the first. */
  readonly trainingRound: number | null;
  readonly lastRound: RoundReport | null;
  /** The newest model that was tested; null before the first. */
  readonly tested: TestedModel | null;
  /** A sentence while the run diverges: that it does, and what to do; otherwise null. */
  readonly diverging: string | null;
  readonly history: History;
  readonly notices: readonly Notice[];
  readonly backend: { readonly backend: Backend; readonly passedOver: readonly string[] } | null;
  /** Where the largest entries of this tab's updates are selected; null where there is no choice. */
  readonly selection: Omit<Extract<ClientReport, { type: "selection" }>, "type"> | null;
  readonly traffic: readonly LinkTraffic[];
  readonly end: RoomEnd | null;
}

/** The test of a round's model on the held-out set. */
interface TestedModel extends Pick<RoundReport, "metrics" | "confusion"> {
  /** 0: the initial model. */
  readonly round: number;
}

/** How this tab's part in the room ended. */
type RoomEnd =
  | { readonly type: "refused"; readonly reason: string }
  | {
      readonly type: "finished";
      readonly round: number;
      readonly hash: Hash;
      /** The final model on the whole held-out set; null until it has been tested. */
      readonly model: FinalModel | null;
    }
  | { readonly type: "left" };

/** What changes the state: the session's reports and what the person does. */
export type RoomEvent = TabReport | PersonEvent;

/** What the person does. */
type PersonEvent =
  | { readonly type: "left" }
  /** The person has chosen files. */
  | { readonly type: "files-chosen" }
  /** The person has chosen a model. */
  | { readonly type: "model-chosen" }
  | { readonly type: "dismissed"; readonly notice: number };

export const initialState: RoomState = {
  joined: null,
  roster: null,
  links: new Map(),
  connected: null,
  unreachable: null,
  download: null,
  files: null,
  model: null,
  hasChosen: false,
  dealt: null,
  fetched: null,
  waiting: null,
  trainingRound: null,
  lastRound: null,
  tested: null,
  diverging: null,
  history: emptyHistory,
  notices: [],
  backend: null,
  selection: null,
  traffic: [],
  end: null,
};

/** The state after an event. Pure; once the room has ended only `dismissed`, `left` and, after a refusal, `files-chosen` change anything. */
export function reduce(state: RoomState, event: RoomEvent): RoomState {
  if (isByPerson(event)) return reduceByPerson(state, event);
  if (state.end !== null && state.end.type !== "finished") return state;
  switch (event.type) {
    case "joined":
      // The wait to be let in is over; a wait of the whole room, which has a limit, may have been reported before.
      return {
        ...state,
        joined: event,
        files: null,
        model: null,
        connected: true,
        waiting: state.waiting?.forMs === null ? null : state.waiting,
      };
    case "waiting":
      return { ...state, waiting: event };
    case "roster":
      return withLinks({ ...state, roster: event, waiting: null }, withRoster(state.links, event, treeOf(state)));
    case "link":
      return withLinks(state, withReport(state.links, event));
    case "lost": {
      // A peer that is no member has left, or fetches the model elsewhere: its lost link needs no notice.
      const isGone = state.roster !== null && !state.roster.members.some(({ peer }) => peer === event.peer);
      if (isGone) return withLinks(state, new Map([...state.links].filter(([peer]) => peer !== event.peer)));
      const links = withLoss(state.links, event.peer, event.loss);
      if (links.get(event.peer)?.isBackup === true) return { ...state, links }; // a backup link carries nothing while the tree's links are open
      const text = `Lost the link to ${nameOf(state, event.peer)}: ${linkReason(event.loss.reason).sentence}`;
      return { ...state, links, notices: addNotice(state.notices, text, event.peer) };
    }
    case "connection":
      return withConnection(state, event.connected);
    case "unreachable":
      return { ...state, unreachable: event.problem };
    case "training":
      return { ...state, trainingRound: event.round };
    case "round":
      return {
        ...state,
        lastRound: event,
        tested: event.loss === null ? state.tested : testOf(event),
        history: recordRound(state.history, event),
      };
    case "notice":
      return { ...state, notices: addNotice(state.notices, event.text) };
    case "refused":
      return { ...state, end: event };
    case "finished":
      return { ...state, end: { ...event, model: null } };
    case "evaluated": {
      // The test may be of a chain that was replaced since.
      if (state.end?.type !== "finished" || event.hash !== state.end.hash) return state;
      const end = { ...state.end, model: event };
      if (event.loss === null) return { ...state, end };
      return { ...state, end, tested: event, history: recordTest(state.history, event) };
    }
    case "diverging":
      return { ...state, diverging: event.sentence };
    case "backend":
      return { ...state, backend: event };
    case "selection":
      return { ...state, selection: event };
    case "traffic":
      return { ...state, traffic: event.links, links: withTraffic(state.links, event.links) };
    case "withdrawn":
      return {
        ...state,
        notices: addNotice(state.notices, `Round ${event.round} did not stay: another chain has gone further.`),
      };
    case "download":
      return { ...state, download: unlessWhole(event) };
    case "dealt":
      return { ...state, dealt: event };
    case "needs-files":
    case "reading":
      return { ...state, files: filesAfter(event) };
    case "needs-model":
      return { ...state, model: "needed" };
    case "progress":
      return { ...state, fetched: event.received < event.total ? event : null };
    case "resumed":
      return { ...state, notices: addNotice(state.notices, `Went on from round ${event.round}, where this tab was before.`) };
    case "saved":
    case "confirmed":
    case "recounted":
      return state;
  }
}

/** The state once it is known whether there is a connection. A model is read before that, or after the room has answered. */
function withConnection(state: RoomState, connected: boolean): RoomState {
  const model = state.model === "reading" ? null : state.model;
  return { ...state, connected, unreachable: connected ? null : state.unreachable, model };
}

function isByPerson(event: RoomEvent): event is PersonEvent {
  return ["left", "files-chosen", "model-chosen", "dismissed"].includes(event.type);
}

function reduceByPerson(state: RoomState, event: PersonEvent): RoomState {
  if (event.type === "dismissed") return { ...state, notices: state.notices.filter(({ id }) => id !== event.notice) };
  if (event.type === "left") return state.end?.type === "refused" ? state : { ...state, end: event };
  if (event.type === "model-chosen") return state.end === null ? { ...state, model: "reading" } : state;
  return withFiles(state);
}

/** The state once files are chosen; where others were refused, that of a tab that begins anew. */
function withFiles(state: RoomState): RoomState {
  if (state.end !== null && state.end.type !== "refused") return state;
  return { ...(state.end === null ? state : initialState), hasChosen: true, files: "reading" };
}

function filesAfter(event: Extract<RoomEvent, { type: "needs-files" | "reading" }>): RoomState["files"] {
  if (event.type === "needs-files") return "needed";
  return event.type === "reading" && event.read >= event.total ? null : "reading";
}

/** The state with these links, and without notices of losses that are over. */
function withLinks(state: RoomState, links: RoomState["links"]): RoomState {
  const isLost = (peer: PeerId): boolean => links.has(peer) && links.get(peer)?.state !== "open";
  return { ...state, links, notices: stillTrue(state.notices, isLost) };
}

/** The progress; null once the last of the files is whole. */
function unlessWhole(progress: Download): Download | null {
  const { file, files, received, total } = progress;
  return file === files && received === total ? null : progress;
}

function testOf({ evaluated, metrics, confusion }: RoundReport): TestedModel {
  return { round: evaluated, metrics, confusion };
}

/** The room's configuration, once known. */
export function configOf(state: RoomState): RunConfig | null {
  return state.joined?.config ?? null;
}

/** The topology; the default one before the room's configuration is known, when no link is open yet. */
export function treeOf(state: RoomState): TopologyName {
  return configOf(state)?.tree ?? defaultConfig.tree;
}

/** The hash of the model this tab holds, once a round has committed. */
export function hashOf(state: RoomState): Hash | null {
  return state.end?.type === "finished" ? state.end.hash : (state.lastRound?.hash ?? null);
}

/** The name of a peer for people. */
export function nameOf(state: RoomState, peer: PeerId): string {
  return peerName(state.roster?.members ?? [], peer);
}
