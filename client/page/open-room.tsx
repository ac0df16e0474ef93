import { effect, signal } from "@preact/signals";
import { realClock } from "../base/real-clock.ts";
import { throttle } from "../base/throttle.ts";
import { browserLack } from "../browser/browser-lack.ts";
import type { ChosenFiles, Session } from "../browser/session-types.ts";
import { workerUrl } from "../browser/worker-url.ts";
import { prefetch } from "./prefetch.ts";
import { RoomPage } from "./room/room-page.tsx";
import { phaseOf } from "./room/words.ts";
import type { Route } from "./route.ts";
import { shareLink } from "./share-link.ts";
import { changedFields } from "./state/config-texts.ts";
import { createRoundLog } from "./state/round-log.ts";
import { hashOf, initialState, type RoomEvent, reduce } from "./state/store.ts";
import { giveFile } from "./ui/give-file.ts";
import { showPage } from "./ui/show-page.tsx";

/** Least time between two renderings: a small model has hundreds of rounds a second, and the page's thread also keeps the links. */
const showEveryMs = 100;

/** Joins the room and shows it; everything the page shows comes from one state, changed by one reducer. */
export async function openRoom(root: HTMLElement, { room, config }: Extract<Route, { page: "room" }>): Promise<void> {
  let current = initialState;
  const state = signal(current);
  const show = throttle(realClock, showEveryMs, () => {
    state.value = current;
  });
  const publish = (): void => {
    document.documentElement.dataset["round"] = String(current.lastRound?.round ?? 0);
    document.documentElement.dataset["hash"] = hashOf(current) ?? "";
    show();
  };
  publish();
  const dispatch = (event: RoomEvent): void => {
    current = reduce(current, event);
    publish();
  };
  let session: Session | null = null;
  const log = createRoundLog();
  /** The settings of the link, those of own files aside: all others follow from the files. */
  const asked = config === null ? {} : changedFields(config);
  const leave = (): void => {
    session?.leave();
    dispatch({ type: "left" });
  };
  effect(() => {
    const { lastRound } = state.value;
    document.title = `${phaseOf(state.value) === "training" ? `Round ${lastRound?.round ?? 0} · ` : ""}${room} · Copse`;
  });
  const network = document.querySelector<HTMLMetaElement>("meta[name=copse-network]")?.content ?? null;
  const link = shareLink({ href: location.href, base: document.baseURI, network });
  showPage(root, () => (
    <RoomPage
      room={room}
      link={link}
      state={state}
      onFiles={(files, paths, reading) => void begin({ files, paths, ...reading, asked })}
      onModel={(files, paths) => {
        dispatch({ type: "model-chosen" });
        session?.giveModel(files, paths);
      }}
      onSave={(what) => (what === "model" ? session?.save() : giveFile(`${room}.csv`, [log.text()], "text/csv"))}
      onControl={(running) => session?.control(running)}
      onLeave={leave}
      onDismiss={(notice) => dispatch({ type: "dismissed", notice })}
    />
  ));
  addEventListener("hashchange", () => location.reload());
  const lack = browserLack(globalThis);
  if (lack !== null) return dispatch({ type: "refused", reason: lack });
  // Fetched while the code that starts it is still loading.
  prefetch(workerUrl);
  /** Starts this tab's peer, or gives it what it has asked for. */
  const begin = async (chosen: ChosenFiles | null): Promise<void> => {
    if (chosen !== null) dispatch({ type: "files-chosen" });
    if (session !== null) return void (chosen !== null && session.give(chosen));
    try {
      const query = new URLSearchParams(location.search);
      const wanted = query.get("selection");
      const selection = wanted === "device" || wanted === "cpu" ? wanted : null;
      const { startSession } = await import("../browser/session.ts");
      if (current.end !== null) return; // left before the peer's code had come
      const [softwareGpu, relayOnly] = [query.has("software-gpu"), query.has("relay-only")];
      const what = chosen === null ? { config } : { config: null, chosen };
      const started = startSession({ serverUrl: document.baseURI, room, ...what, softwareGpu, selection, relayOnly });
      started.onReport((report) => {
        if (report.type === "round") log.add(report);
        if (report.type === "saved")
          for (const { name, bytes } of report.files) giveFile(name, [bytes], "application/octet-stream");
        // It ends by itself; other files are for another.
        if (report.type === "refused") session = null;
        dispatch(report);
      });
      session = started;
      addEventListener("pagehide", () => {
        started.vanish();
        dispatch({ type: "left" });
      });
      // Restored from the back/forward cache, long after it left the room: it joins anew.
      addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    } catch (error) {
      dispatch({ type: "refused", reason: `The peer could not be started: ${error instanceof Error ? error.message : error}` });
    }
  };
  // A room of own files gets its run from those of its first member: they are asked for before it is joined.
  if (config?.data === "own" && config.schema === "") dispatch({ type: "needs-files" });
  else await begin(null);
}
