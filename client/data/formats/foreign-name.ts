/** Beginnings of files that people have and Copse does not read. */
const beginnings: readonly (readonly [string, string, number?])[] = [
  ["\x93NUMPY", "a NumPy array"],
  ["\x89HDF", "an HDF5 file"],
  ["SQLite format 3", "an SQLite database"],
  ["%PDF", "a PDF document"],
  ["GIF8", "a GIF picture: save it as PNG"],
  ["BM", "a BMP picture: save it as PNG"],
  ["RIFF", "a WebP picture, a sound or a film"],
  ["II*\0", "a TIFF picture: save it as PNG"],
  ["MM\0*", "a TIFF picture: save it as PNG"],
  ["ustar", "a tar archive: unpack it first", 257],
  ["7z\xbc\xaf", "a 7z archive: unpack it first"],
  ["Rar!", "a RAR archive: unpack it first"],
  ["\xfd7zXZ", "an xz file: unpack it first"],
  ["BZh", "a bzip2 file: unpack it first"],
  ["\x28\xb5\x2f\xfd", "a zstd file: unpack it first"],
  ["ARROW1", "an Arrow file"],
  ["\xd0\xcf\x11\xe0", "an old document of an office program: save its sheet as CSV"],
];

/** What a file is that no format reads, for the end of a sentence. */
export function foreignName(bytes: Uint8Array): string {
  const found = beginnings.find(([text, , at = 0]) =>
    [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0)),
  );
  if (found !== undefined) return found[1];
  const first = [...bytes.subarray(0, 4)].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`);
  return `something else, which begins with ${first.join(" ")}`;
}
