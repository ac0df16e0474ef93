import type { PeerId } from "../../../shared/base/transport.ts";

/** A sentence for the person, shown until dismissed. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  /** How often it was said. */
  readonly times: number;
  /** The peer to which a link was lost: the notice ends when the link is open again or the peer is gone. null: it ends when dismissed. */
  readonly lost: PeerId | null;
}

/** Most notices shown: more would fill a phone's screen. The oldest go first. */
export const noticeLimit = 12;

/** Adds a notice at the end; one with the same text moves there and counts up instead. */
export function addNotice(notices: readonly Notice[], text: string, lost: PeerId | null = null): readonly Notice[] {
  const same = notices.find((notice) => notice.text === text);
  const others = notices.filter((notice) => notice !== same);
  const id = same?.id ?? 1 + notices.reduce((highest, notice) => Math.max(highest, notice.id), 0);
  return [...others, { id, text, times: (same?.times ?? 0) + 1, lost }].slice(-noticeLimit);
}

/** The notices without those of lost links whose peer is no longer `isLost`. */
export function stillTrue(notices: readonly Notice[], isLost: (peer: PeerId) => boolean): readonly Notice[] {
  return notices.every(({ lost }) => lost === null || isLost(lost))
    ? notices
    : notices.filter(({ lost }) => lost === null || isLost(lost));
}
