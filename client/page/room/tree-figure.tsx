import { useMemo } from "preact/hooks";
import type { PeerId } from "../../../shared/base/transport.ts";
import type { Member } from "../../../shared/signaling/protocol/messages.ts";
import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { plural } from "../../base/format.ts";
import type { LinkStanding, LinkState } from "../state/link-standings.ts";
import { treePicture } from "./tree-picture.ts";
import { placeInWords } from "./words.ts";

interface TreeFigureProps {
  readonly kind: TopologyName;
  readonly members: readonly Member[];
  readonly position: number | null;
  /** This tab's links. Backup links are not drawn. */
  readonly links: ReadonlyMap<PeerId, LinkStanding>;
  readonly observers: number;
}

const linkKeys = [
  { state: "open", name: "linked with you" },
  { state: "dialling", name: "being dialled" },
  { state: "lost", name: "link lost" },
] as const;

/** Least radius of a node with a number in it: a smaller number could not be read on a phone. */
const smallestNumbered = 7;
/** Least radius at which this tab and its neighbors are drawn, to be found among a hundred dots. */
const smallestMarked = 4;
/** Most observers that are drawn, as seeds on the ground. */
const seedLimit = 12;

/** The reduction tree as a drawing: this tab in autumn color, its links by their state, those of others faint. */
export function TreeFigure({ kind, members, position, links, observers }: TreeFigureProps) {
  const picture = useMemo(() => treePicture(kind, members.length, position), [kind, members.length, position]);
  const { nodes, branches, radius, width, height, ground } = picture;
  const stateOf = (a: number, b: number): LinkState | "remote" => {
    if (a !== position && b !== position) return "remote";
    return links.get(members[a === position ? b : a]!.peer)?.state ?? "dialling";
  };
  const drawnState = (peer: PeerId): LinkState | undefined => {
    const link = links.get(peer);
    return link?.isBackup === false ? link.state : undefined;
  };
  const neighbors = new Set(
    branches.flatMap(({ parent, child }) => (parent === position ? [child] : child === position ? [parent] : [])),
  );
  const keys = linkKeys.filter(({ state }) => members.some(({ peer }) => drawnState(peer) === state));
  const words = `${kind} tree of ${plural(members.length, "member")}; this tab is ${placeInWords(position)}`;
  return (
    <figure class="tree">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        <path class="ground" d={`M12 ${ground + 4}Q${width / 2} ${ground - 10} ${width - 12} ${ground + 4}`} />
        {nodes.length > 0 && <path class="trunk" d={`M${width / 2} ${ground - 1}V${nodes[0]?.y}`} />}
        {branches.map(({ parent, child, path, weight }) => (
          <path
            key={`${parent}-${child}`}
            class={`branch ${stateOf(parent, child)}`}
            d={path}
            stroke-width={Math.min(radius, 1.4 + 0.9 * Math.sqrt(weight)).toFixed(1)}
          />
        ))}
        {nodes.map(({ position: at, x, y }) => {
          const member = members[at]!;
          const role = at === position ? "self" : (drawnState(member.peer) ?? (neighbors.has(at) ? "dialling" : "far"));
          return (
            <g key={member.peer} class={`node ${role}`}>
              <title>{`${member.seat}: ${member.label}, ${placeInWords(at)}`}</title>
              {at === position && (
                <circle class="halo" cx={x} cy={y} r={Math.max(radius, smallestMarked) + 3.5} stroke-width="2" />
              )}
              <circle
                cx={x}
                cy={y}
                r={role === "far" ? radius : Math.max(radius, smallestMarked)}
                stroke-width={Math.min(1.5, radius / 5)}
              />
              {radius >= smallestNumbered && (
                <text x={x} y={y} dy="0.35em" font-size={Math.min(15, 1.15 * radius)}>
                  {member.seat}
                </text>
              )}
            </g>
          );
        })}
        {nodes.length > 0 && (
          <text class="root-mark" x={width / 2} y={height - 6}>
            root
          </text>
        )}
        {Array.from({ length: Math.min(seedLimit, observers) }, (_, i) => (
          <ellipse key={i} class="seed" cx={250 + 11 * i} cy={ground - 5} rx="3.2" ry="4.4" />
        ))}
      </svg>
      <figcaption>
        {position !== null && <span class="key self">you</span>}
        {keys.map(({ state, name }) => (
          <span key={state} class={`key ${state}`}>
            {name}
          </span>
        ))}
        {members.length > neighbors.size + 1 && <span class="key">others</span>}
        {observers > 0 && <span class="key seeds">observers</span>}
        {picture.hidden > 0 && <span>{picture.hidden} more not drawn</span>}
      </figcaption>
    </figure>
  );
}
