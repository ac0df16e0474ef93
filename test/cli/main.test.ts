import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createProgram } from "../../cli/program.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

it("a reader that has had enough, as in `copse … | head`, ends the command without a word", async () => {
  const command = `"${process.execPath}" --import tsx "${main}" simulate --seeds 1 --trace | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command]);
  expect(stdout).toMatch(/^ +0\.000 {2}(heap|binomial), .+\n$/);
  expect(stderr).toBe("");
});

/** What ends a command in this process. */
class Ended extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`expected to be caught: exit code ${code}`);
    this.code = code;
  }
}

/** What copse says to these words, after its exit code if it ends with one other than 0. In this process: each of its own takes seconds to start. */
const run = async (...args: readonly string[]): Promise<string> => {
  let [said, complained] = ["", ""];
  const program = createProgram({
    writeOut: (text) => {
      said += text;
    },
    writeErr: (text) => {
      complained += text;
    },
    exit(code) {
      throw new Ended(code);
    },
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return error.code === 0 ? said : `${error.code} ${complained}`;
  }
  return said;
};

it("copse says which version it is, and refuses what it would have to pass over in silence", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(await run("--version")).toBe(`${version}\n`);
  expect(await run("simulate", "--trace")).toMatch(/^2 error: --trace: expected --seeds or --faults beside it, got neither\n/);
});

it.each([
  ["--export", main, `expected a folder that can be written to, got ${main}, which is a file or lies in one`],
  ["--model", "resnot", "expected a model (softmax, mlp, cnn, resnet, gpt, gpt2), got resnot; did you mean resnet?"],
  ["--rate", "0,3", 'expected a number, got "0,3"; with a point, as in 0.3, it is a number'],
  ["--partition", "dirichlet(0)", "expected dirichlet(α) with α from 0.001 to 1000000, got"],
  ["--outer", "sgd(0)", "sgd: expected rate: a number from 0.000001 to 100, got 0"],
  ["--rate", "-1", "expected at least 0.000001, got -1"],
])("an option that is wrong is told what was expected: %s %s", async (flag, value, said) => {
  const server = ["--server", "http://127.0.0.1:1", "--room", "x"];
  expect(await run("peer", ...server, flag, value)).toContain(`2 error: ${flag}: ${said}`);
});

it.each([
  [["bench", "select", "--foo"], "unknown option '--foo'"],
  [["bench", "nothing"], "unknown command 'nothing'"],
  [["methods", "more"], "too many arguments"],
  [["simulate", "--density", "0.1", "--scheme", "none"], "--density: expected it without --scheme, got both"],
  [["simulate", "--seeds", "1", "--churn", "0.1"], "--churn: expected no --seeds or --faults beside it, got one"],
  [["simulate", "--seeds", "1", "--trace", "--until-failure"], "--trace: expected it without --until-failure, got both"],
  [["lab", "--problem", "x", "--rate", "0"], "--rate: expected a number from 1e-12 to 1000000000, got"],
])("what was typed and makes no sense ends every command with 2: %j", async (args, said) => {
  const answer = await run(...args);
  expect(answer).toMatch(/^2 error: /);
  expect(answer).toContain(said);
});
