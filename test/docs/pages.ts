import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The clone's top folder. */
const root = new URL("../../", import.meta.url);

/** A page of the documentation by its path from the top folder. */
export const textOf = (page: string): string => readFileSync(new URL(page, root), "utf8");

/** True if a file or folder is at that path from the top folder. */
export const isThere = (path: string): boolean => existsSync(new URL(path, root));

/** All pages in Markdown of the top folder and of docs, by their paths from the top folder. */
export function pages(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return folder === "" ? [] : inFolder(`${folder}${entry.name}/`);
      return entry.name.endsWith(".md") ? [folder + entry.name] : [];
    });
  return [...inFolder(""), ...inFolder("docs/")].filter((page) => page !== "CHANGELOG.md");
}

/** A block of code in a page. */
export interface Block {
  readonly page: string;
  /** Of the page, on which the block's first line stands. */
  readonly line: number;
  readonly text: string;
  /** The path that the page gives the block on a line of its own before it, or null. */
  readonly path: string | null;
}

/** The blocks of one language in a page. */
export function blocksOf(page: string, language: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/(?:^`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, , kind]) => kind === language)
    .map(({ index, 0: whole, 1: path, 3: block }) => {
      const line = text.slice(0, index + whole.indexOf("```")).split("\n").length + 1;
      return { page, line, text: block!, path: path ?? null };
    });
}
