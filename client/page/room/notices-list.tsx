import type { Notice } from "../state/notices.ts";

interface NoticesListProps {
  readonly notices: readonly Notice[];
  readonly onDismiss: (id: number) => void;
}

/** The notices, newest first, until dismissed. A screen reader reads each out when it comes. */
export function NoticesList({ notices, onDismiss }: NoticesListProps) {
  return (
    <section class="notices" aria-label="Notices" aria-live="polite" data-testid="notices" data-value={notices.length}>
      <ul>
        {notices.toReversed().map(({ id, text, times }) => (
          <li key={id}>
            <span>
              <bdi>{text}</bdi>
              {times > 1 && <span class="times"> ({times} times)</span>}
            </span>
            <button class="dismiss" type="button" aria-label={`Dismiss: ${text}`} onClick={() => onDismiss(id)}>
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
