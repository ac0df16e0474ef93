import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { type Block, blocksOf, pages } from "./pages.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where a block is compiled: at the path that its page gives it, else in the top folder, as a program that uses the source tree is. */
const fileOf = ({ page, line, path }: Block): string => join(root, path ?? `${page.replaceAll("/", "-")}-${line}.ts`);

/** What the compiler says of the blocks, by the project's own options: page, line and message. */
function errorsIn(blocks: readonly Block[]): string[] {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [], files: ["x"] }, ts.sys, root);
  const byFile = new Map(blocks.map((block) => [fileOf(block), block]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => byFile.has(file) || fileExists(file);
  host.readFile = (file) => byFile.get(file)?.text ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const block = byFile.get(file);
    return block === undefined
      ? getSourceFile(file, ...rest)
      : ts.createSourceFile(file, block.text, ts.ScriptTarget.ES2023, true);
  };
  const program = ts.createProgram([...byFile.keys()], { ...options, noEmit: true }, host);
  return [...byFile].flatMap(([file, { page, line }]) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start, messageText }) => {
        const within = source!.getLineAndCharacterOfPosition(start ?? 0).line;
        return `${page}:${line + within}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      },
    );
  });
}

it("code that a page shows compiles against the sources", () => {
  const blocks = pages().flatMap((page) => blocksOf(page, "ts"));
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  expect(errorsIn(blocks)).toEqual([]);
}, 120_000);

it("code of a page that does not compile is told by page and line", () => {
  const block = {
    page: "PAGE.md",
    line: 10,
    text: 'import { createHasher } from "./shared/base/hash.ts";\n\nconst hasher: number = await createHasher();\nexport { hasher, gone };\n',
    path: null,
  };
  expect(errorsIn([block])).toEqual([
    expect.stringMatching(/^PAGE\.md:12: Type 'Hasher' is not/),
    expect.stringMatching(/^PAGE\.md:13: .*gone/),
  ]);
});
