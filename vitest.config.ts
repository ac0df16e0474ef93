import { defineConfig } from "vitest/config";

/** Real processes, sockets, WebRTC and training: they take as long as those take. The others are fast, and stay so. */
const integration = [
  "test/cli/**/*.test.ts",
  "test/client/{data,links,trainer}/**/*.test.ts",
  "test/contract/transport-{node,port}.test.ts",
  "test/signaling-server/**/*.test.ts",
];

const common = { testTimeout: 30_000, pool: "forks" } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: "unit", include: ["test/**/*.test.ts"], exclude: integration } },
      { test: { ...common, name: "integration", include: integration } },
    ],
  },
});
