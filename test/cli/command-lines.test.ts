import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, it, onTestFinished, vi } from "vitest";
import { refuseNpmOptions } from "../../cli/support/npm-options.ts";
import { requireWebrtc } from "../../cli/support/require-packages.ts";
import { textIn } from "../../cli/support/text-in.ts";
import { runCopse } from "./run-copse.ts";

const textOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
/** What cmd, PowerShell 5 or both take for something else: quotes that are none, "and then", a variable before a command. */
const foreign = /'|&&|^\s*[A-Z_]+=\S|\\$/m;

it("README's command lines can be typed in cmd and PowerShell, too", () => {
  const blocks = [...textOf("README.md").matchAll(/```sh\n(.*?)```/gs)].map(([, lines]) => lines!);
  expect(blocks.length).toBeGreaterThan(5);
  for (const block of blocks) expect(block).not.toMatch(foreign);
});

it("npm's scripts run where its shell is cmd", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  for (const script of Object.values(scripts)) {
    // cmd knows && .
    for (const command of script.split(" && "))
      expect(command).toMatch(/^(npm|tsx|tsc|vite|vitest|playwright|biome|knip|node)( [^'$]*)?$/);
  }
});

it("options that npm took for itself are told about --", () => {
  const command = new Command("demo").option("--peers <n>", "", "4").option("--start-at <n>").option("--json");
  const judge =
    (env: Readonly<Record<string, string>>, ...typed: readonly string[]) =>
    () =>
      refuseNpmOptions(command, { env, typed });
  expect(judge({ npm_lifecycle_event: "demo", npm_config_peers: "8" })).toThrow("write npm run demo -- --peers 8,");
  expect(judge({ npm_lifecycle_event: "start", npm_config_start_at: "3" })).toThrow("write npm start -- --start-at 3,");
  expect(judge({ npm_lifecycle_event: "demo", npm_config_json: "true" })).toThrow("write npm run demo -- --json,");
  expect(judge({ npm_lifecycle_event: "demo", npm_config_cache: "x" })).not.toThrow();
  expect(judge({ npm_config_peers: "8" })).not.toThrow();
  expect(judge({ npm_lifecycle_event: "demo", npm_config_peers: "true" }, "8")).toThrow("write npm run demo -- --peers <n>,");
  expect(judge({ npm_lifecycle_event: "demo", npm_config_peers: "8" }, "--peers", "2")).not.toThrow();
});

it("npm's option is told about before anything else is judged", async () => {
  vi.stubEnv("npm_lifecycle_event", "demo");
  vi.stubEnv("npm_config_peers", "8");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await runCopse("demo", "8").ended).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: npm took --peers for itself: write npm run demo -- --peers 8, /),
  });
}, 120_000);

it("a table or JSON is read as editors and shells write it, with a byte-order mark or in UTF-16", () => {
  const text = '{"start": [1]}\n';
  const wide = Buffer.from(text, "utf16le");
  const swapped = Buffer.from(wide).swap16();
  const all = [text, `\ufeff${text}`].map((each) => Buffer.from(each, "utf8"));
  for (const bytes of [
    ...all,
    wide,
    swapped,
    Buffer.concat([Buffer.of(0xff, 0xfe), wide]),
    Buffer.concat([Buffer.of(0xfe, 0xff), swapped]),
  ])
    expect(textIn(bytes)).toBe(text);
  expect(textIn(new Uint8Array())).toBe("");
});

it("a WebRTC that is not there for this machine is told in a sentence with what to do, without paths", () => {
  const library = (): never => {
    throw new Error("Could not find wrtc binary on any of the paths: ../build-linux-x64/wrtc.node");
  };
  expect(() => requireWebrtc(library)).toThrow(
    /^WebRTC for Node did not load on this machine \(\w+-\w+\): npm install @roamhq\/wrtc-/,
  );
  expect(() => requireWebrtc(() => {})).not.toThrow();
});
