import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
  readonly from: string;
  readonly to: string;
  /** Whether it is gone once the types are. */
  readonly isTypeOnly: boolean;
}

/** The modules of the project, as paths from its root. */
export function sourceFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  return listed.split("\n").filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
}

/** What a module of the project imports from others of it: values and types, at its start or later. */
export function importsOf(file: string, text = readFileSync(join(root, file), "utf8")): readonly Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith(".")) return;
    imports.push({ from: file, to: normalize(join(dirname(file), specifier.text.replace(/\?.*$/, ""))), isTypeOnly });
  };
  // Only a file with an import in place is looked through to its leaves.
  const isDeep = text.includes("import(");
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    if (isDeep || ts.isSourceFile(node)) ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext));
  return imports;
}

/** The modules that are loaded with this one, itself included. */
export function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set([file]);
  for (const one of loaded) for (const { to, isTypeOnly } of importsOf(one)) if (!isTypeOnly) loaded.add(to);
  return loaded;
}
