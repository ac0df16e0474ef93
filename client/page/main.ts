import "../browser/zod-without-eval.ts";
import { pathBelow, type Route, routeOf } from "./route.ts";

/** Loads the code of one page; the pages have separate code. */
async function load(route: Route): Promise<(root: HTMLElement) => void> {
  switch (route.page) {
    case "landing": {
      const { openLanding } = await import("./open-landing.tsx");
      return openLanding;
    }
    case "room": {
      const { openRoom } = await import("./open-room.tsx");
      return (root) => void openRoom(root, route);
    }
    case "problem": {
      const { openProblem } = await import("./open-problem.tsx");
      return (root) => openProblem(root, route.sentence);
    }
  }
}

const root = document.getElementById("copse");
if (root === null) throw new Error("expected an element #copse in the page, got none");
load(routeOf(pathBelow(document.baseURI, location.pathname), location.hash)).then(
  (open) => {
    root.textContent = "";
    open(root);
  },
  (error: unknown) => {
    root.textContent = `A part of this page did not come; reload to try again. (${error instanceof Error ? error.message : error})`;
  },
);
