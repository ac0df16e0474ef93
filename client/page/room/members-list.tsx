import type { PeerId } from "../../../shared/base/transport.ts";
import type { Member } from "../../../shared/signaling/protocol/messages.ts";
import { plural } from "../../base/format.ts";
import type { LinkStanding, LinkState } from "../state/link-standings.ts";

interface MembersListProps {
  readonly members: readonly Member[];
  readonly self: PeerId | null;
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  readonly observers: number;
}

/** Members that fit beside the bars. A larger room shows this tab, its neighbors and the root first, the rest on demand. */
const shortList = 8;
/** Most members that are listed on demand: a page should not grow by thousands of lines. */
const longList = 200;

const linkWords: Readonly<Record<LinkState, string>> = { open: "linked", dialling: "dialling", lost: "link lost" };

/** The members in roster order, each with the number that the tree shows. */
export function MembersList({ members, self, links, observers }: MembersListProps) {
  const root = members[0]?.peer;
  const isNear = ({ peer }: Member): boolean => peer === self || peer === root || links.has(peer);
  const first = members.length <= shortList ? members : members.filter(isNear);
  const rest = members.length <= shortList ? [] : members.filter((member) => !isNear(member));
  const line = ({ peer, label, seat }: Member) => {
    const link = links.get(peer);
    const state = link?.isBackup === false ? link.state : undefined;
    const tags = [peer === self ? "you" : "", peer === root ? "root" : "", state === undefined ? "" : linkWords[state]];
    return (
      <li key={peer} class={peer === self ? "self" : (state ?? "far")}>
        <span class="seat">{seat}</span>
        <bdi class="label" translate={false}>
          {label === "" ? `peer ${peer.slice(0, 6)}` : label}
        </bdi>
        <span class="tags">{tags.filter((tag) => tag !== "").join(" · ")}</span>
      </li>
    );
  };
  return (
    <section class="members" aria-labelledby="members-title">
      <h2 id="members-title">
        Here now{" "}
        <span class="count" data-testid="members" data-value={members.length}>
          {plural(members.length, "member")}
        </span>
      </h2>
      <ol>{first.map(line)}</ol>
      {observers > 0 && (
        <p class="note">
          {plural(observers, "observer")} {observers === 1 ? "is" : "are"} on the way in
        </p>
      )}
      {rest.length > 0 && (
        <details>
          <summary>{plural(rest.length, "other")}</summary>
          <ol>{rest.slice(0, longList).map(line)}</ol>
          {rest.length > longList && <p class="note">and {rest.length - longList} more</p>}
        </details>
      )}
    </section>
  );
}
