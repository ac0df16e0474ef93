import type { LinkTraffic, PeerId } from "../../../shared/base/transport.ts";
import type { Member } from "../../../shared/signaling/protocol/messages.ts";
import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { formatBytes, formatMilliseconds } from "../../base/format.ts";
import { linkReason } from "../state/link-reason.ts";
import { type LinkRole, type LinkStanding, roleOf } from "../state/link-standings.ts";
import { wayInWords } from "./words.ts";

interface LinksPanelProps {
  readonly tree: TopologyName;
  readonly roster: { readonly members: readonly Member[]; readonly position: number | null };
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  readonly traffic: readonly LinkTraffic[];
  readonly nameOf: (peer: PeerId) => string;
}

/** All roles, in the order in which they are shown. */
const roles: readonly LinkRole[] = ["parent", "child", "donor", "backup", "former", "no member"];

/** This tab's links: state, traffic, and why one did not open. */
export function LinksPanel({ tree, roster, links, traffic, nameOf }: LinksPanelProps) {
  const rows = [...links]
    .map(([peer, standing]) => {
      const known = roleOf(roster, tree, peer);
      const role = standing.isBackup && known !== "no member" ? "backup" : known;
      return { peer, standing, role, carried: traffic.find((each) => each.peer === peer && each.open) };
    })
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || nameOf(a.peer).localeCompare(nameOf(b.peer)));
  return (
    <section class="links" aria-labelledby="links-title">
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
              <th scope="col" class="ping">
                ping
              </th>
              <th scope="col" class="story">
                since it opened
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ peer, standing, role, carried }) => (
              <tr key={peer} class={standing.state} data-testid="link" data-role={role} data-state={standing.state}>
                <th scope="row" translate={false}>
                  <bdi>{nameOf(peer)}</bdi>
                </th>
                <td>{role}</td>
                <td class="way">{wayInWords(standing)}</td>
                <td class="ping">{standing.rttMs === null ? "–" : formatMilliseconds(standing.rttMs)}</td>
                <Story standing={standing} carried={carried} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.some(({ carried }) => carried !== undefined) && (
        <p class="note">↑ sent, ↓ received; “in all” is with what WebRTC adds.</p>
      )}
      {rows.some(({ role }) => role === "backup") && <p class="note">A backup link idles until a parent is lost.</p>}
    </section>
  );
}

interface StoryProps {
  readonly standing: LinkStanding;
  readonly carried: LinkTraffic | undefined;
}

/** The traffic of an open link, or why a link is not open. */
function Story({ standing, carried }: StoryProps) {
  if (standing.state !== "open") {
    const { sentence, detail } = linkReason(standing.reason ?? "");
    return (
      <td class="story why" title={detail ?? undefined}>
        {sentence}
      </td>
    );
  }
  return <td class="story">{carried === undefined ? "" : carriedInWords(carried)}</td>;
}

function carriedInWords({ sent, received, wireSent, wireReceived }: LinkTraffic): string {
  const own = `↑ ${formatBytes(sent)} ↓ ${formatBytes(received)}`;
  return wireSent === null || wireReceived === null
    ? own
    : `${own}, in all ↑ ${formatBytes(wireSent)} ↓ ${formatBytes(wireReceived)}`;
}
