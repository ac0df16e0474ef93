/** A table in Markdown, its headings first. */
export function markdownTable([headings, ...rows]: readonly (readonly string[])[]): string {
  const lines = [headings!, headings!.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`).join("");
}
