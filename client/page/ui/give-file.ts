/** How long (ms) a file that was given stays in memory: the browser may ask its person where to put it. */
const keptMs = 60_000;

/** Gives the person a file, as a download. */
export function giveFile(name: string, parts: readonly BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
}
