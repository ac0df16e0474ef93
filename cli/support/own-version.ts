import { readFileSync } from "node:fs";

/** The version in the package.json of this package or clone. */
export function ownVersion(): string {
  const path = import.meta.url.endsWith(".ts") ? "../../package.json" : "../../../package.json";
  const { version }: { readonly version: string } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  return version;
}
