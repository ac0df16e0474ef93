/** Something a person should know, until dismissed. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  /** How often it was said. */
  readonly times: number;
}

/** More would push everything else off a phone's screen; the oldest go first. */
export const noticeLimit = 12;

/** Adds a notice at the end; one with the same text moves there and counts up instead. */
export function addNotice(notices: readonly Notice[], text: string): readonly Notice[] {
  const same = notices.find((notice) => notice.text === text);
  const others = notices.filter((notice) => notice !== same);
  const id = same?.id ?? 1 + notices.reduce((highest, notice) => Math.max(highest, notice.id), 0);
  return [...others, { id, text, times: (same?.times ?? 0) + 1 }].slice(-noticeLimit);
}
