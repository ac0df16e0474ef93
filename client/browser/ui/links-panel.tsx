import type { TreeKind } from "../../../shared/aggregate/tree.ts";
import type { Member } from "../../../shared/signaling/messages.ts";
import type { PeerId } from "../../../shared/transport.ts";
import { type LinkRole, type LinkStanding, roleOf } from "../link-standings.ts";
import { formatMilliseconds } from "./format.ts";
import { wayInWords } from "./words.ts";

interface LinksPanelProps {
  readonly tree: TreeKind;
  readonly roster: { readonly members: readonly Member[]; readonly position: number | null };
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  readonly nameOf: (peer: PeerId) => string;
}

/** In the order in which they are shown. */
const roles: readonly LinkRole[] = ["parent", "child", "sponsor", "spare", "former", "no member"];

/** How each of this tab's links stands, and why one did not open. */
export function LinksPanel({ tree, roster, links, nameOf }: LinksPanelProps) {
  const rows = [...links]
    .map(([peer, standing]) => ({ peer, standing, role: standing.isSpare ? "spare" : roleOf(roster, tree, peer) }) as const)
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || nameOf(a.peer).localeCompare(nameOf(b.peer)));
  return (
    <section aria-labelledby="links-title">
      <h2 id="links-title">Links of this tab</h2>
      {rows.length === 0 ? (
        <p class="note">None yet.</p>
      ) : (
        <table class="link-table">
          <thead>
            <tr>
              <th scope="col">to</th>
              <th scope="col">role</th>
              <th scope="col">way</th>
              <th scope="col" class="rtt">
                round trip
              </th>
            </tr>
          </thead>
          {rows.map(({ peer, standing, role }) => (
            <tbody key={peer} class={standing.state} data-testid="link" data-role={role} data-state={standing.state}>
              <tr>
                <th scope="row">{nameOf(peer)}</th>
                <td>{role}</td>
                <td class="way">{wayInWords(standing)}</td>
                <td class="rtt">{standing.rttMs === null ? "–" : formatMilliseconds(standing.rttMs)}</td>
              </tr>
              {standing.state !== "open" && standing.reason !== null && (
                <tr>
                  <td class="why" colSpan={4}>
                    {standing.reason}
                  </td>
                </tr>
              )}
            </tbody>
          ))}
        </table>
      )}
      {rows.some(({ role }) => role === "spare") && <p class="note">A spare link idles until a parent is lost.</p>}
    </section>
  );
}
