import type { PeerId } from "../../../shared/base/transport.ts";

/** Something a person should know, until dismissed. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  /** How often it was said. */
  readonly times: number;
  /** The peer to whom a link was lost: once there is one again, or the peer is gone, it is over. null: it is over when a person says so. */
  readonly lost: PeerId | null;
}

/** More would push everything else off a phone's screen; the oldest go first. */
export const noticeLimit = 12;

/** Adds a notice at the end; one with the same text moves there and counts up instead. */
export function addNotice(notices: readonly Notice[], text: string, lost: PeerId | null = null): readonly Notice[] {
  const same = notices.find((notice) => notice.text === text);
  const others = notices.filter((notice) => notice !== same);
  const id = same?.id ?? 1 + notices.reduce((highest, notice) => Math.max(highest, notice.id), 0);
  return [...others, { id, text, times: (same?.times ?? 0) + 1, lost }].slice(-noticeLimit);
}

/** Without those that are over, for `isLost` says of their peer that no link to it is missed any more. */
export function stillTrue(notices: readonly Notice[], isLost: (peer: PeerId) => boolean): readonly Notice[] {
  return notices.every(({ lost }) => lost === null || isLost(lost))
    ? notices
    : notices.filter(({ lost }) => lost === null || isLost(lost));
}
