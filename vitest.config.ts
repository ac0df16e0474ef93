import { defineConfig } from "vitest/config";
import { softwareVulkan } from "./test/support/software-vulkan.ts";

/** Real processes, sockets, WebRTC and training: they take as long as those take. The others are fast, and stay so. */
const integration = [
  "test/attacks/**/*.test.ts",
  "test/churn/**/*.test.ts",
  "test/cli/**/*.test.ts",
  "test/docs/{code-blocks,commands}.test.ts",
  "test/client/{data,initial,models,optimizer,rtc,tfjs}/**/*.test.ts",
  "test/client/node/{model-download,node-peer,own-model,own-peers}.test.ts",
  "test/client/tasks/**/*.test.ts",
  "test/contract/{signaling,trainer-tfjs,transport-node,transport-port}.test.ts",
  "test/signaling-server/**/*.test.ts",
  "test/tools/**/*.test.ts",
  "test/vector/scan-module.test.ts",
];

/** Swarms of whole peers on the virtual clock, histories of a lobby, and descents to known optima: pure code that computes for seconds a file. */
const simulation = [
  "test/simulation/**/*.test.ts",
  "test/signaling/room/{lobby.property,lobby-histories,opaque-run,states}.test.ts",
  "test/compress/{feedback,feedback-more,gtopk,lyapunov,momentum,scam,svd}.test.ts",
  "test/compress/sparsifiers/importance.test.ts",
  "test/run/run-scheme.test.ts",
];

/** Bugs planted in copies of the sources, and whether they are caught: processes that take half a minute each at most, two at a time. */
const planted = ["test/planted/**/*.test.ts"];

/** What runs on a GPU, if need be one in software: compiling for that takes seconds, and more on a busy machine. */
const device = ["test/client/gpu/**/*.test.ts", "test/contract/trainer-device.test.ts"];

const testTimeout = 30_000;

/** Pure code keeps nothing between files: they may share a thread. One thread a core; by itself vitest leaves one core unused. */
const pure = { testTimeout, pool: "threads", isolate: false, maxWorkers: "100%" } as const;

/** Two files at a time, after the pure ones: most of them wait for sockets and timers, some start several processes. */
const real = { pool: "forks", maxWorkers: 2, sequence: { groupOrder: 1 } } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...integration, ...device, ...planted, ...simulation],
          ...pure,
        },
      },
      { test: { name: "simulation", include: simulation, ...pure } },
      { test: { name: "integration", include: integration, testTimeout: 60_000, ...real } },
      { test: { name: "device", include: device, testTimeout: 120_000, env: softwareVulkan(), ...real } },
      // After the others, for both cores are taken.
      {
        test: {
          name: "planted",
          include: planted,
          testTimeout: 720_000,
          pool: "forks",
          maxConcurrency: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
