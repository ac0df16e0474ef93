import type { Hash } from "../../../shared/base/hash.ts";
import { hashLook } from "./hash-look.ts";

/** A model's hash as four colors and eight digits: tabs that hold the same model show the same. */
export function HashBadge({ hash }: { readonly hash: Hash | null }) {
  if (hash === null) {
    return (
      <span data-testid="hash" data-value="">
        none yet
      </span>
    );
  }
  const { colors, digits } = hashLook(hash);
  return (
    <span class="hash" title={hash} data-testid="hash" data-value={hash}>
      <svg viewBox="0 0 40 10" width="72" height="18" aria-hidden="true">
        {colors.map((color, i) => (
          <rect key={i} x={i * 10} width="10" height="10" fill={color} />
        ))}
      </svg>
      <code>{digits}</code>
    </span>
  );
}
