import { test as base, expect, type Page } from "@playwright/test";
import { createSignalingServer, type SignalingServer } from "../../signaling-server/main.ts";

interface Fixtures {
  readonly server: SignalingServer;
  /** Opens a tab at this path of the server. The test fails if anything is logged there as an error. */
  readonly open: (path: string) => Promise<Page>;
  /** The errors that a test expects, by their text and where they come from; none unless it says so. */
  readonly expected: { errors: RegExp };
}

/** A server and tabs of its pages. */
export const test = base.extend<Fixtures>({
  server: async ({ baseURL: _ }, use) => {
    const server = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [] });
    await use(server);
    await server.close();
  },
  expected: async ({ baseURL: _ }, use) => use({ errors: /(?!)/ }),
  open: async ({ context, server, expected }, use) => {
    const faults: string[] = [];
    const hear = (text: string): void => {
      if (!expected.errors.test(text)) faults.push(text);
    };
    await use(async (path) => {
      const page = await context.newPage();
      page.on("pageerror", (error) => hear(String(error)));
      page.on("console", (message) => message.type() === "error" && hear(`${message.text()} ${message.location().url}`));
      await page.goto(`${server.url}${path}`);
      return page;
    });
    expect(faults).toEqual([]);
  },
});
