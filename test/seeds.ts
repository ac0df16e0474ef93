import { runNode } from "./run-node.ts";

// Plays seeded faults against whole peers: all kinds in runs of 2 to 32, then those that small runs are the most exposed to; the
// seed draws what is summed, and how; from the millionth on also by one support for all peers. Then two schemes of other sums, and each
// of those supports. Any seed that breaks a promise ends it.
// Of the lobby's rooms: a failure names its seed and the shortest history that fails so.
// `tsx test/seeds.ts 4` plays the first quarter of each range.
const divisor = Number(process.argv[2] ?? 1);
const upTo = (seeds: number, from = 1): string => `--seeds ${from}..${from - 1 + Math.ceil(seeds / divisor)}`;

runNode("vitest", "run --project simulation test/signaling/room/lobby-histories.test.ts", { COPSE_HISTORIES: "20000" });
runNode("copse", `simulate ${upTo(2_000)}`);
runNode("copse", `simulate ${upTo(500)} --peers 2..6`);
runNode("copse", `simulate ${upTo(500)} --peers 3..8 --faults isolate,stall,island,orphans,partition`);
runNode("copse", `simulate ${upTo(200)} --scheme ef21(topk(5%))`);
runNode("copse", `simulate ${upTo(100)} --scheme ef14(powersgd(1))`);
runNode("copse", `simulate ${upTo(300, 1_000_000)} --peers 2..8`);
for (const aggregate of ["twopass", "leader", "countsketch"])
  runNode("copse", `simulate ${upTo(200)} --peers 2..8 --aggregate ${aggregate}`);
