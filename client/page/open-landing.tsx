import { workerUrl } from "../browser/worker-url.ts";
import { LandingPage } from "./landing/landing-page.tsx";
import { prefetch } from "./prefetch.ts";
import { showPage } from "./ui/show-page.tsx";

/** Without `requestIdleCallback` a browser counts as idle this long after the page was shown. */
const idleMs = 2_000;

interface NavigatorWithConnection extends Navigator {
  readonly connection?: { readonly saveData?: boolean };
}

/** Shows the start page; while a person reads it, the room's code is loaded into the browser's cache. */
export function openLanding(root: HTMLElement): void {
  showPage(root, () => <LandingPage />);
  if ("requestIdleCallback" in window) requestIdleCallback(fetchAhead, { timeout: idleMs });
  else setTimeout(fetchAhead, idleMs);
}

function fetchAhead(): void {
  // A person who saves data loads code only when it is needed.
  if (matchMedia("(prefers-reduced-data: reduce)").matches || savesData(navigator as NavigatorWithConnection)) return;
  prefetch(workerUrl);
  // A chunk that fails to load now is loaded again, or reported, when it is needed.
  for (const code of [import("./open-room.tsx"), import("../browser/session.ts")]) code.catch(() => {});
}

/** Whether the person saves data, by Chromium's `connection.saveData`. */
function savesData({ connection }: NavigatorWithConnection): boolean {
  return connection?.saveData === true;
}
