import { WireError } from "../base/wire-error.ts";
import type { Reader, Writer } from "./bytes.ts";
import { maxMessageBytes } from "./limits.ts";

/** What a part brings beside its sum, for what not every run has. */
export interface Section {
  /** At least 1. Who does not know a section reads on past an odd type, and refuses the whole message for an even one. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** More kinds than a part has any use for; a bound on what a forged list costs. */
const maxSections = 8;
const maxType = 127;

/** { type · length · bytes } of each, types ascending, up to the message's end. */
export function writeSections(writer: Writer, sections: readonly Section[]): void {
  for (const { type, bytes } of sections) {
    writer.varint(type);
    writer.varint(bytes.length);
    writer.bytes(bytes);
  }
}

/**
 * All sections up to the message's end, as views; of types that are not in `known`, the odd ones are left out.
 * @throws {WireError} on more than 8 sections, types out of order, an even one that is not known, bytes missing
 */
export function readSections(reader: Reader, known: readonly number[]): readonly Section[] {
  const sections: Section[] = [];
  let last = 0;
  for (let count = 0; reader.left > 0; count += 1) {
    if (count === maxSections) throw new WireError(`expected at most ${maxSections} sections, got more`);
    const type = reader.varint(maxType, "a section's type");
    if (type <= last) throw new WireError(`expected sections of ascending types from 1 on, got ${type} after ${last}`);
    last = type;
    const bytes = reader.bytes(reader.varint(maxMessageBytes, "a section's length"));
    if (known.includes(type)) sections.push({ type, bytes });
    else if (type % 2 === 0) throw new WireError(`expected no section of type ${type}, got one`);
  }
  return sections;
}
