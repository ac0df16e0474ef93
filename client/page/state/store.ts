import type { Hash } from "../../../shared/base/hash.ts";
import type { LinkTraffic, PeerId } from "../../../shared/base/transport.ts";
import { defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import type { PeerReport, RoundReport } from "../../../shared/run/report.ts";
import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { peerName } from "../../base/peer-name.ts";
import type { Backend, TabReport } from "../../browser/session-types.ts";
import type { FileProgress } from "../../data/served-files.ts";
import type { ClientReport, FinalModel } from "../../peer/client-report.ts";
import { emptyHistory, type History, recordRound, recordTest } from "./history.ts";
import { linkReason } from "./link-reason.ts";
import { type LinkStanding, withLoss, withReport, withRoster, withTraffic } from "./link-standings.ts";
import { addNotice, type Notice, stillTrue } from "./notices.ts";

type ReportOf<K extends PeerReport["type"]> = Omit<Extract<PeerReport, { type: K }>, "type">;

/** Everything the page knows about the room; plain data, replaced as a whole by `reduce`. */
export interface RoomState {
  /** Who this peer is; null until the server has welcomed it. */
  readonly joined: ReportOf<"joined"> | null;
  readonly roster: ReportOf<"roster"> | null;
  /** This peer's own links; of the links between others nothing is known. */
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  /** To the signaling server; null before the first attempt has ended. */
  readonly connected: boolean | null;
  /** Why there is no connection to it, as a sentence; null while there is one, and until that is known. */
  readonly unreachable: string | null;
  /** How much of the data is here that this tab trains on; null while it loads none. */
  readonly download: FileProgress | null;
  /** How much of the model is here that this tab fetches; null while it fetches none. */
  readonly fetched: Omit<ReportOf<"progress">, "type"> | null;
  /** What this tab waits for before it has a place; null if that is not known. */
  readonly waiting: Omit<ReportOf<"waiting">, "type"> | null;
  /** The round being trained; null before the first. */
  readonly trainingRound: number | null;
  readonly lastRound: RoundReport | null;
  /** The newest model that was tested; null before the first. */
  readonly tested: TestedModel | null;
  /** That the run diverges, and what to do; null while it does not. */
  readonly diverging: string | null;
  readonly history: History;
  readonly notices: readonly Notice[];
  readonly backend: { readonly backend: Backend; readonly passedOver: readonly string[] } | null;
  /** Where the largest entries of this tab's updates are found; null where that is not a question. */
  readonly selection: Omit<Extract<ClientReport, { type: "selection" }>, "type"> | null;
  readonly traffic: readonly LinkTraffic[];
  readonly end: RoomEnd | null;
}

/** How the model of a round does on samples that nobody trains on. */
interface TestedModel extends Pick<RoundReport, "loss" | "accuracy"> {
  /** 0: the first model, that nobody has trained. */
  readonly round: number;
}

/** Why this tab takes no further part. */
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
export type RoomEvent = TabReport | { readonly type: "left" } | { readonly type: "dismissed"; readonly notice: number };

export const initialState: RoomState = {
  joined: null,
  roster: null,
  links: new Map(),
  connected: null,
  unreachable: null,
  download: null,
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

/** The state after an event. Pure; once the room has ended only `dismissed` and `left` change anything. */
export function reduce(state: RoomState, event: RoomEvent): RoomState {
  if (event.type === "dismissed") return { ...state, notices: state.notices.filter(({ id }) => id !== event.notice) };
  if (event.type === "left") return state.end?.type === "refused" ? state : { ...state, end: event };
  if (state.end !== null && state.end.type !== "finished") return state;
  switch (event.type) {
    case "joined":
      // It is let in; what the room waits for it may have heard before.
      return { ...state, joined: event, connected: true, waiting: state.waiting?.forMs === null ? null : state.waiting };
    case "waiting":
      return { ...state, waiting: event };
    case "roster":
      return withLinks({ ...state, roster: event, waiting: null }, withRoster(state.links, event, treeOf(state)));
    case "link":
      return withLinks(state, withReport(state.links, event));
    case "lost": {
      // Whoever is no member has left, or fetches the model elsewhere: there is nothing to mend.
      const isGone = state.roster !== null && !state.roster.members.some(({ peer }) => peer === event.peer);
      if (isGone) return withLinks(state, new Map([...state.links].filter(([peer]) => peer !== event.peer)));
      const links = withLoss(state.links, event.peer, event.loss);
      if (links.get(event.peer)?.isBackup === true) return { ...state, links }; // nothing hangs on it while the tree stands
      const text = `Lost the link to ${nameOf(state, event.peer)}: ${linkReason(event.loss.reason).sentence}`;
      return { ...state, links, notices: addNotice(state.notices, text, event.peer) };
    }
    case "connection":
      return { ...state, connected: event.connected, unreachable: event.connected ? null : state.unreachable };
    case "unreachable":
      return { ...state, unreachable: event.problem };
    case "training":
      return { ...state, trainingRound: event.round };
    case "round":
      return {
        ...state,
        lastRound: event,
        tested: event.accuracy === null ? state.tested : testOf(event),
        history: recordRound(state.history, event),
      };
    case "notice":
      return { ...state, notices: addNotice(state.notices, event.text) };
    case "refused":
      return { ...state, end: event };
    case "finished":
      return { ...state, end: { ...event, model: null } };
    case "evaluated": {
      // Another chain may have gone further since.
      if (state.end?.type !== "finished" || event.hash !== state.end.hash) return state;
      const end = { ...state.end, model: event };
      if (event.accuracy === null) return { ...state, end };
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
    case "progress":
      return { ...state, fetched: event.received < event.total ? event : null };
    case "resumed":
      return { ...state, notices: addNotice(state.notices, `Went on from round ${event.round}, where this tab was before.`) };
    case "confirmed":
    case "recounted":
      return state;
  }
}

/** With links as they stand now, and without notices of losses that are over. */
function withLinks(state: RoomState, links: RoomState["links"]): RoomState {
  const isLost = (peer: PeerId): boolean => links.has(peer) && links.get(peer)?.state !== "open";
  return { ...state, links, notices: stillTrue(state.notices, isLost) };
}

/** null once the last of the files is whole. */
function unlessWhole(progress: FileProgress): FileProgress | null {
  const { file, files, received, total } = progress;
  return file === files && received === total ? null : progress;
}

function testOf({ evaluated, loss, accuracy }: RoundReport): TestedModel {
  return { round: evaluated, loss, accuracy };
}

/** The room's configuration, once known. */
export function configOf(state: RoomState): RunConfig | null {
  return state.joined?.config ?? null;
}

/** The topology; before the room's configuration is known, the default one, of which no link is open yet. */
export function treeOf(state: RoomState): TopologyName {
  return configOf(state)?.tree ?? defaultConfig.tree;
}

/** The hash of the model this tab holds, once a round has committed. */
export function hashOf(state: RoomState): Hash | null {
  return state.end?.type === "finished" ? state.end.hash : (state.lastRound?.hash ?? null);
}

/** What a peer is called. */
export function nameOf(state: RoomState, peer: PeerId): string {
  return peerName(state.roster?.members ?? [], peer);
}
