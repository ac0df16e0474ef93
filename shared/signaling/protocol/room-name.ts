const maxCharacters = 64;

/** What a room's name may be, as the end of a sentence. */
export const roomExpectation = `1 to ${maxCharacters} letters (a to z), digits, - or _`;

/** Letters that Unicode does not take apart into one of a to z and a mark. */
const letters: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

/**
 * The one form of a room's name, whichever way it was typed: lower case, without marks, hyphens for spaces. "Klasse 4b",
 * "klasse-4b" and a link of that room are one room. null where nothing of that kind is left.
 */
export function canonicalRoom(text: string): string | null {
  const plain = nameIn(text.slice(0, 4_096))
    .normalize("NFKD")
    .replace(/\p{M}|\p{Cf}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/g, (letter) => letters[letter]!)
    .replace(/\p{Pd}/gu, "-")
    .trim()
    .replace(/\s+/g, "-");
  return /^[a-z0-9_-]{1,64}$/.test(plain) ? plain : null;
}

/** The name in a link of a room's page, with or without its beginning; any other text is a name itself. */
function nameIn(text: string): string {
  const encoded = /(?:^|\/)r\/([^/?#\s]+)/.exec(text.trim())?.[1];
  if (encoded === undefined) return text;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
