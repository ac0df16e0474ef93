import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { treePicture } from "../room/tree-picture.ts";

/** The trees of the drawing: number of peers, place and size. */
const grown: readonly { kind: TopologyName; count: number; x: number; scale: number }[] = [
  { kind: "heap", count: 9, x: 10, scale: 0.55 },
  { kind: "heap", count: 31, x: 210, scale: 0.8 },
  { kind: "binomial", count: 16, x: 475, scale: 0.5 },
  { kind: "heap", count: 2, x: 620, scale: 0.35 },
];
const ground = 220;

/** A decorative drawing of some reduction trees. */
export function CopseDrawing() {
  return (
    <svg class="copse" viewBox="0 0 720 236" aria-hidden="true">
      <path class="ground" d={`M0 ${ground + 4}Q360 ${ground - 8} 720 ${ground + 6}`} />
      {grown.map(({ kind, count, x, scale }) => {
        const picture = treePicture(kind, count, null);
        return (
          <g key={x} transform={`translate(${x} ${ground - scale * picture.ground}) scale(${scale})`}>
            <path class="trunk" d={`M${picture.width / 2} ${picture.ground}V${picture.nodes[0]?.y}`} />
            {picture.branches.map(({ child, path, weight }) => (
              <path key={child} class="branch" d={path} stroke-width={1.4 + 0.9 * Math.sqrt(weight)} />
            ))}
            {picture.nodes.map((node) => (
              <circle key={node.position} class={`tone-${node.position % 4}`} cx={node.x} cy={node.y} r={picture.radius} />
            ))}
          </g>
        );
      })}
    </svg>
  );
}
