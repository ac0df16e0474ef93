import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { textOf } from "./pages.ts";

const folder = new URL("../../docs/decisions/", import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file !== "README.md")
  .sort();

it("each decision has a number of its own in its file's name and title, a date and a status", () => {
  for (const file of files) {
    const number = file.slice(0, 4);
    expect(textOf(`docs/decisions/${file}`)).toMatch(
      new RegExp(`^# ${number} .+\n\nDate: \\d{4}-\\d{2}-\\d{2}\nStatus: (accepted|replaced by \\d{4})\n\n## Context\n`),
    );
  }
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, i) => i + 1));
});

it("the index lists each decision as its page has it, in the order of their numbers", () => {
  const rows = files.map((file) => {
    const [title, , date, status] = textOf(`docs/decisions/${file}`).split("\n") as [string, string, string, string];
    return `| [${file.slice(0, 4)}](${file}) | ${title.slice("# 0000 ".length)} | ${date.slice("Date: ".length)} | ${status.slice("Status: ".length)} |`;
  });
  expect(
    textOf("docs/decisions/README.md")
      .split("\n")
      .filter((line) => line.startsWith("| [")),
  ).toEqual(rows);
});
