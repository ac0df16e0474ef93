/** What a message's bytes are for. */
export interface Sections {
  /** Which coordinates. */
  readonly index: number;
  /** Their numbers. */
  readonly value: number;
  /** All else: heads, contributors, metrics, snapshots. */
  readonly other: number;
}

/** Those of the updates in it. */
export type UpdateSections = Pick<Sections, "index" | "value">;

export const noSections: Sections = { index: 0, value: 0, other: 0 };

export function addSections(a: Sections, b: Sections): Sections {
  return { index: a.index + b.index, value: a.value + b.value, other: a.other + b.other };
}
