import type { RunConfig } from "../../shared/run/config.ts";
import { canonicalRoom, roomExpectation } from "../../shared/signaling/protocol/room-name.ts";
import { fragmentOf, readConfig } from "./state/config-texts.ts";

/** The page of an address. */
export type Route =
  | { readonly page: "landing" }
  /** `config`: null if the link names no setting; then the tab takes the configuration of the room. */
  | { readonly page: "room"; readonly room: string; readonly config: RunConfig | null }
  | { readonly page: "problem"; readonly sentence: string };

/** The problem of a room's name, as a sentence; null if there is none. */
export function roomProblem(room: string): string | null {
  return canonicalRoom(room) === null ? `expected ${roomExpectation}` : null;
}

/** The route for a path below the server's folder and `location.hash`. Never throws, whatever the address. */
export function routeOf(path: string, fragment: string): Route {
  if (path === "" || path === "index.html") return { page: "landing" };
  if (!/^r\/[^/]+\/?$/.test(path)) return { page: "problem", sentence: "There is nothing at this address." };
  const room = canonicalRoom(path);
  if (room === null) return { page: "problem", sentence: `This link names no room: a room has ${roomExpectation}.` };
  const texts = Object.fromEntries(new URLSearchParams(fragment.replace(/^#/, "")));
  if (Object.keys(texts).length === 0) return { page: "room", room, config: null };
  const reading = readConfig(texts);
  if (reading.ok) return { page: "room", room, config: reading.config };
  const [key, problem] = [...reading.problems][0] ?? ["", { sentence: "cannot be read" }];
  return { page: "problem", sentence: `This link has a setting that cannot be used: ${key}: ${problem.sentence}.` };
}

/** The part of a page's path below the server's folder, which is the page's base; the whole path if it is not below that. */
export function pathBelow(base: string, pathname: string): string {
  const folder = new URL(base).pathname;
  return pathname.startsWith(folder) ? pathname.slice(folder.length) : pathname;
}

/** The path of a room's page below the server's folder (its name however it was typed), with the settings that its first peer gives it. */
export function roomPath(room: string, config: RunConfig | null): string {
  const fragment = config === null ? "" : fragmentOf(config);
  return `r/${canonicalRoom(room) ?? encodeURIComponent(room)}${fragment === "" ? "" : `#${fragment}`}`;
}
