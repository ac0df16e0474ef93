import { expect, it, onTestFinished, vi } from "vitest";
import { startNodePeer } from "../../../client/node/node-peer.ts";
import type { ClientReport } from "../../../client/peer/client-report.ts";
import { defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import { startServer } from "../../signaling-server/server-harness.ts";

const timeout = 60_000;
const small: RunConfig = { ...defaultConfig, model: "softmax", samples: 20, batch: 5, localSteps: 1, startAt: 1 };

/** A headless peer that is closed when the test ends, and what it reports. */
function peerAt(serverUrl: string, config: RunConfig) {
  const reports: ClientReport[] = [];
  const wishes = new Set<() => void>();
  const started = startNodePeer({
    serverUrl,
    room: "grove",
    label: "peer",
    config,
    report(told) {
      reports.push(told);
      for (const wish of [...wishes]) wish();
    },
  });
  onTestFinished(async () => (await started.catch(() => null))?.close());
  /** The first report that fits, come or yet to come. */
  const told = (fits: (report: ClientReport) => boolean): Promise<ClientReport> =>
    new Promise((resolve) => {
      const wish = (): void => {
        const found = reports.find(fits);
        if (found !== undefined) resolve(found);
      };
      wishes.add(wish);
      wish();
    });
  return { started, reports, told };
}

it(
  "a headless peer tests the final model of its run, and says so last",
  async () => {
    const { url } = await startServer();
    const { reports, told } = peerAt(url, { ...small, rounds: 1 });
    const evaluated = await told(({ type }) => type === "evaluated");
    const round = reports.find((report) => report.type === "round")!;
    expect(evaluated).toMatchObject({ round: 1, hash: round.hash, tested: 1_000 });
    expect(reports.slice(-2).map(({ type }) => type)).toEqual(["finished", "evaluated"]);
  },
  timeout,
);

it(
  "a headless peer says that its run diverges, and by which rate",
  async () => {
    const { url } = await startServer();
    const { told } = peerAt(url, { ...small, rate: 100 });
    const { sentence } = (await told(({ type }) => type === "diverging")) as Extract<ClientReport, { type: "diverging" }>;
    expect(sentence).toMatch(/^The run diverges: .* a lower rate than 100/);
  },
  timeout,
);

it(
  "a headless peer beyond the partitions of its room says whose data it has",
  async () => {
    const { url } = await startServer();
    const dealt: RunConfig = { ...small, partition: "shards(2)", partitions: 1 };
    const first = peerAt(url, dealt);
    await first.told(({ type }) => type === "round");
    const second = peerAt(url, dealt);
    await second.told((report) => report.type === "notice" && report.text.includes("trains on the same data as number 0"));
    expect(first.reports.filter(({ type }) => type === "notice")).toEqual([]);
  },
  timeout,
);

it("a headless peer refuses a configuration that cannot be trained by, before any server hears of it", async () => {
  const { started, reports } = peerAt("http://127.0.0.1:1", { ...small, partition: "dirichlet(0)" });
  await expect(started).rejects.toThrow(
    "this configuration cannot be trained by: partition: expected dirichlet(α) with α from 0.001 to 1000000, got ",
  );
  expect(reports).toEqual([]);
});

it("a headless peer says at its beginning that it does not use the proxy which the environment names", async () => {
  vi.stubEnv("http_proxy", "http://127.0.0.1:1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { started, reports } = peerAt("http://copse.invalid:8080", small);
  await started;
  expect(reports[0]).toEqual({
    type: "notice",
    text: expect.stringMatching(/^http_proxy names a proxy, .* to copse\.invalid directly/),
  });
});
