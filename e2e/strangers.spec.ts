import { expect } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { startNodePeer } from "../client/node/node-peer.ts";
import { fragmentOf } from "../client/page/state/config-texts.ts";
import { test } from "./support/page-test.ts";
import { untilRound } from "./support/tab.ts";

const config = configOf({ startAt: 2, partitions: 2, model: "softmax", samples: 40, localSteps: 1, batch: 8 });
/** Hebrew letters run to the left; in a text of several parts they would turn what is beside them, too. */
const turned = "\u05D3\u05E3";

test("the name of a stranger turns the direction of itself alone", async ({ server, open }) => {
  const stranger = await startNodePeer({ serverUrl: server.url, room: "grove", label: turned, config, report: () => {} });
  try {
    const page = await open(`/r/grove#${fragmentOf(config)}`);
    await untilRound(page, 1);
    for (const place of [page.locator(".members"), page.getByTestId("link")]) {
      const name = place.getByText(turned).last();
      await expect(name).toHaveCSS("unicode-bidi", "isolate");
    }
  } finally {
    await stranger.close();
  }
});
