import type { RoundReport } from "../../../shared/run/report.ts";
import { otherConfiguration } from "../../../shared/signaling/protocol/refusals.ts";
import { formatBytes, formatCount, formatLoss, formatPercent, plural } from "../../base/format.ts";
import { headlineOf } from "../../base/metric-text.ts";
import { peerName } from "../../base/peer-name.ts";
import type { Download } from "../../peer/client-report.ts";
import type { LinkStanding } from "../state/link-standings.ts";
import { configOf, nameOf, type RoomState } from "../state/store.ts";

/** The state of the room, for styles and tests. */
export type Phase = "connecting" | "joining" | "observing" | "waiting" | "paused" | "training" | "finished" | "refused" | "left";

/** The phase of a state. Pure. */
export function phaseOf(state: RoomState): Phase {
  if (state.end !== null) return state.end.type;
  if (state.joined === null) return "connecting";
  if (state.roster === null) return "joining";
  if (state.roster.position === null) return "observing";
  if (state.roster.running) return "training";
  return state.lastRound === null && missing(state) > 0 ? "waiting" : "paused";
}

/** The state of the room as a sentence. */
export function stateInWords(state: RoomState): string {
  const severed = state.connected === false && state.joined !== null;
  if (state.download !== null && state.joined === null && state.end === null) return loading(state.download);
  if (state.end === null && state.files === "needed") return "Choose the files that this tab trains on";
  if (state.end === null && state.model === "needed") return "Choose the model that this room begins with";
  if (state.end === null && state.model === "reading") return "Reading your model";
  if (state.end === null && state.files === "reading") return "Reading your files";
  const wait = waitOf(state);
  if (wait !== null) return `Waiting ${wait.what}`;
  switch (phaseOf(state)) {
    case "connecting":
      if (state.connected === true) return "Joining the room";
      return state.connected === false ? "No answer from the signaling server yet; trying again" : "Finding the signaling server";
    case "joining":
      return "Joining the room";
    case "observing":
      return observing(state);
    case "waiting":
      return severed ? "Signaling server lost; waiting for it to come back" : waiting(state);
    case "paused":
      return severed ? "Paused, and the signaling server is lost; waiting for it to come back" : paused(state);
    case "training":
      return `Training round ${currentRound(state)}${severed ? ". Signaling server lost; rounds go on over open channels" : ""}`;
    case "finished":
      return state.end?.type === "finished" ? `Finished after ${plural(state.end.round, "round")}` : "Finished";
    case "refused":
      return "This tab cannot take part";
    case "left":
      return "You have left the room";
  }
}

/** The wait of a tab that is no member; null if it is not known, or is one for the signaling server. */
export function waitOf(state: RoomState): RoomState["waiting"] {
  const { waiting: wait, connected } = state;
  const isOutside = ["connecting", "joining", "observing"].includes(phaseOf(state));
  // A tab that waits to be let in has no connection in between.
  return isOutside && wait !== null && (connected !== false || wait.forMs === null) ? wait : null;
}

/** The text that a screen reader reads out when it changes: the state in words, without rounds and bytes. */
export function announcement(state: RoomState): string {
  return stateInWords(state)
    .replace(/^Training round \d+/, "Training")
    .replace(/^(Loading the (?:data|model))[^;]*/, "$1");
}

/** The round being trained now. */
function currentRound(state: RoomState): number {
  return Math.max(state.trainingRound ?? 0, (state.lastRound?.round ?? 0) + 1);
}

/** "after round 12": which model was tested. */
export function modelInWords(round: number): string {
  return round === 0 ? "before the first round" : `after round ${round}`;
}

/** "The model gets 91.2 % …": the result of a finished run. */
export function outcomeInWords(state: RoomState): string | null {
  if (state.end?.type !== "finished") return null;
  const { model } = state.end;
  if (model === null) return "Testing the final model on samples that nobody trained on";
  const headline = headlineOf(model.metrics);
  if (headline === null) return null; // a notice says why
  if (headline.name === "Accuracy")
    return `The final model gets ${headline.value} of ${formatCount(model.tested)} unseen samples right.`;
  return `The final model’s ${headline.name.toLowerCase()} is ${headline.value} on ${formatCount(model.tested)} unseen samples.`;
}

/** "the root", "position 3": a place in the tree. */
export function placeInWords(position: number | null): string {
  if (position === null) return "observer";
  return position === 0 ? "the root" : `position ${position}`;
}

/** "direct", "dialling, attempt 3", "failed": the path of an open link, or the state of another. */
export function wayInWords({ state, path, attempts }: LinkStanding): string {
  if (state === "open") return path ?? "open";
  if (state === "dialling") return attempts > 1 ? `dialling, attempt ${attempts}` : "dialling";
  return attempts > 0 ? "failed" : "lost";
}

/** The parts of the bytes sent, and the part of the update's energy that they carried. */
export function payloadInWords({ payload, bytesSent, alpha }: RoundReport): string {
  const { index, value, statistics, other } = payload;
  const framing = Math.max(0, bytesSent - index - value - statistics - other);
  const exact = statistics > 0 ? `${formatBytes(statistics)} statistics of the model’s normalization layers, ` : "";
  const made = `Of what was sent, ${formatBytes(value)} were numbers, ${formatBytes(index)} their places, ${exact}${formatBytes(other)} messages around them, ${formatBytes(framing)} frames.`;
  if (alpha === null) return made;
  if (alpha >= 0) return `${made} They carry ${formatPercent(alpha)} of the update’s energy (α̂).`;
  // An unbiased compressor scales up what it keeps, and what a peer's merge rejects from other parts is added to its own residual.
  return `${made} In this round the error was larger than the update (α̂ = −${formatLoss(-alpha)}): on balance none of its energy came through.`;
}

/** Whether a round committed without the update that this tab had trained for it. */
export function isLeftOut({ counted, seconds }: RoundReport): boolean {
  return counted === false && seconds !== null;
}

/** Whether this tab's update counted in a round, in words. */
export function fateInWords(round: RoundReport): string {
  if (isLeftOut(round)) return "yours was left out";
  if (round.counted === null) return "yours perhaps";
  return round.counted ? "yours too" : "without this tab";
}

function paused({ roster, joined }: RoomState): string {
  const by = roster?.pausedBy ?? null;
  if (by === null) return "Paused";
  return by.peer === joined?.self ? "Paused by this tab" : `Paused by ${peerName([by], by.peer)}`;
}

/** How many members are missing before the run begins by itself. */
function missing(state: RoomState): number {
  return Math.max(0, (configOf(state)?.startAt ?? 0) - (state.roster?.members.length ?? 0));
}

function waiting(state: RoomState): string {
  const here = state.roster?.members.length ?? 0;
  const more = missing(state);
  if (here === 1 && more === 1) return "Waiting for a second tab: open this link in another tab";
  return `Waiting for ${more} more ${more === 1 ? "peer" : "peers"}: ${here} of ${here + more} are here`;
}

function loading({ what, file, files, received, total, problem }: Download): string {
  const size = total === null ? "" : ` of ${formatBytes(total)}`;
  const here = received === 0 && total === null ? "" : `: ${formatBytes(received)}${size}`;
  return `Loading the ${what}, file ${file} of ${files}${here}${problem === null ? "" : `; it broke off (${problem}), trying again`}`;
}

function observing(state: RoomState): string {
  const donor = [...state.links].find(([, link]) => link.state !== "lost")?.[0];
  const { fetched } = state;
  const share = fetched === null ? "" : `, ${Math.floor((100 * fetched.received) / fetched.total)} % of it is here`;
  if (donor !== undefined) return `Observer: fetching the model from ${nameOf(state, donor)}${share}`;
  return "Observer: waiting to be let into the tree";
}

/** Whether the server refused this tab because of the settings in its link: without them it could join. */
export function asksForOtherSettings(reason: string): boolean {
  return reason.startsWith(otherConfiguration);
}
