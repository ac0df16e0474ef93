import type { Plugin } from "vite";

/** A comment with a license. Begins at no `/*` of a string: between that and a license there is another. */
const licenses = /(\/\*(?:(?!\*\/|\/\*)[\s\S])*@license(?:(?!\*\/)[\s\S])*\*\/)(\n?)/g;

/** Keeps each license's text once a file: packages have it at the head of each of their modules, of which a bundle has hundreds. */
export function eachLicenseOnce(): Plugin {
  return {
    name: "each-license-once",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) if (output.type === "chunk") output.code = withEachOnce(output.code);
    },
  };
}

/** The code with each license comment at its first place only; of two lines' ends around it one stays. */
export function withEachOnce(code: string): string {
  const seen = new Set<string>();
  return code.replace(licenses, (found, comment: string, end: string, at: number) => {
    if (!seen.has(comment)) {
      seen.add(comment);
      return found;
    }
    return code[at - 1] === "\n" ? "" : end;
  });
}
