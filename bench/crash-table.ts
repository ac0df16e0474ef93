import { writeFileSync } from "node:fs";
import { createHasher } from "../shared/base/hash.ts";
import { crashPeers, crashSteps, playCrash } from "../shared/simulation/chaos/crash-steps.ts";
import { createVirtualClock } from "../shared/simulation/network/virtual-clock.ts";

/** Writes the longest time without a commit after a crash, by role and step of the peer: virtual time, the same on any machine. */
const seed = 3;
const notices = [100, 10_000];
const hasher = await createHasher();

const lines = [
  `# Crashes, step by step (${crashPeers} peers, seed ${seed})`,
  "",
  "The longest time without a new round, in virtual milliseconds, where the crash is noticed after 100 ms or after 10 s, and what the peer",
  "had sent last arrives or is lost with it. `npm run bench:crashes` writes this table.",
  "",
  "| role | step | without a fault | noticed after 100 ms | what it sent is lost | noticed after 10 s | what it sent is lost |",
  "|---|---|---|---|---|---|---|",
];
for (const step of crashSteps) {
  const gaps: number[] = [];
  let usual = 0;
  for (const noticeMs of notices) {
    for (const losesSent of [false, true]) {
      const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
      const { maxGapMs, usualGapMs } = await playCrash(step, { seed, clock, hasher, noticeMs, losesSent });
      gaps.push(maxGapMs);
      usual = usualGapMs;
    }
  }
  lines.push(`| ${step.role} | ${step.step} | ${[usual, ...gaps].map((ms) => ms.toFixed(0)).join(" | ")} |`);
}
writeFileSync(new URL("results/crash-table.md", import.meta.url), `${lines.join("\n")}\n`);
