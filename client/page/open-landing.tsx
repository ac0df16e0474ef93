import { workerUrl } from "../browser/worker-url.ts";
import { LandingPage } from "./landing/landing-page.tsx";
import { prefetch } from "./prefetch.ts";
import { showPage } from "./ui/show-page.tsx";

/** Where a browser has no better word for it, it is idle once the page has been there so long. */
const idleMs = 2_000;

interface NavigatorWithConnection extends Navigator {
  readonly connection?: { readonly saveData?: boolean };
}

/** Shows the start page; while a person reads it, what a room needs comes into the browser's cache. */
export function openLanding(root: HTMLElement): void {
  showPage(root, () => <LandingPage />);
  if ("requestIdleCallback" in window) requestIdleCallback(fetchAhead, { timeout: idleMs });
  else setTimeout(fetchAhead, idleMs);
}

function fetchAhead(): void {
  // Who pays for each byte loads what is needed when it is.
  if (matchMedia("(prefers-reduced-data: reduce)").matches || savesData(navigator as NavigatorWithConnection)) return;
  prefetch(workerUrl);
  // A chunk that does not come now comes later, or says then that it does not.
  for (const code of [import("./open-room.tsx"), import("../browser/session.ts")]) code.catch(() => {});
}

/** Chromium's word for it. */
function savesData({ connection }: NavigatorWithConnection): boolean {
  return connection?.saveData === true;
}
