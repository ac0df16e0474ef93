import type { PeerId } from "../../base/transport.ts";
import type { TopologyName } from "../../tree/topologies.ts";
import { placeOf } from "../../tree/tree.ts";

/**
 * Who gives an observer its snapshot: the member that would become its parent if it were appended as the `rank`-th
 * leaf from here on, or, where that one will not do, the next member back in tree order. null if none will do.
 */
export function donorFor(
  members: readonly PeerId[],
  rank: number,
  options: { readonly tree: TopologyName; readonly suits: (member: PeerId) => boolean },
): PeerId | null {
  const count = members.length;
  if (count === 0) return null;
  let position = count + rank;
  while (position >= count) position = placeOf(options.tree, position, position + 1).parent!;
  for (let step = 0; step < count; step += 1) {
    const member = members[(position - step + count) % count]!;
    if (options.suits(member)) return member;
  }
  return null;
}
