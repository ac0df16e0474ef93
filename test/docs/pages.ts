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
