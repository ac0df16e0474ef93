import type { Member } from "../../../shared/signaling/messages.ts";
import type { PeerId } from "../../../shared/transport.ts";
import type { LinkState } from "../store.ts";

interface MembersListProps {
  readonly members: readonly Member[];
  readonly self: PeerId | null;
  readonly links: ReadonlyMap<PeerId, LinkState>;
  readonly observers: number;
}

/** A page should not grow by thousands of lines; the tree above says how many there are. */
const listedLimit = 48;

const linkWords: Readonly<Record<LinkState, string>> = { open: "linked", dialling: "dialling", lost: "link lost" };

/** Who is here, in the order of the tree, by the numbers that the tree shows. */
export function MembersList({ members, self, links, observers }: MembersListProps) {
  const listed = members.filter(({ peer }, i) => i < listedLimit || peer === self);
  return (
    <section class="members" aria-labelledby="members-title">
      <h2 id="members-title">
        Here now{" "}
        <span class="count" data-testid="members" data-value={members.length}>
          {members.length} {members.length === 1 ? "member" : "members"}
        </span>
      </h2>
      <ol>
        {listed.map(({ peer, label, seat }) => {
          const link = links.get(peer);
          return (
            <li key={peer} class={peer === self ? "self" : (link ?? "far")}>
              <span class="seat">{seat}</span>
              <span class="label">{label === "" ? `peer ${peer.slice(0, 6)}` : label}</span>
              <span class="tags">
                {[peer === self ? "you" : "", peer === members[0]?.peer ? "root" : "", link === undefined ? "" : linkWords[link]]
                  .filter((tag) => tag !== "")
                  .join(" · ")}
              </span>
            </li>
          );
        })}
      </ol>
      {listed.length < members.length && <p class="note">and {members.length - listed.length} more</p>}
      {observers > 0 && (
        <p class="note">
          {observers} {observers === 1 ? "observer is" : "observers are"} on the way in
        </p>
      )}
    </section>
  );
}
