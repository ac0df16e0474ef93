import type { TopologyName } from "../../../shared/tree/topologies.ts";
import { placeOf } from "../../../shared/tree/tree.ts";

interface PicturedNode {
  /** Place in the roster; 0 is the root. */
  readonly position: number;
  readonly x: number;
  readonly y: number;
}

interface PicturedBranch {
  readonly parent: number;
  readonly child: number;
  /** Drawn members of the child's subtree: branches thin out towards the leaves. */
  readonly weight: number;
  /** An SVG path from parent to child. */
  readonly path: string;
}

/** A reduction tree drawn as a tree: the root on the ground, its members fanning out above. */
export interface TreePicture {
  readonly width: number;
  readonly height: number;
  /** y of the ground. */
  readonly ground: number;
  /** Radius of every node, such that no two overlap. */
  readonly radius: number;
  readonly nodes: readonly PicturedNode[];
  readonly branches: readonly PicturedBranch[];
  /** Members left out because there is no room for more. */
  readonly hidden: number;
}

/** Most nodes from the top of the tree: more cannot be told apart on a phone. The way from there to this tab is drawn, too. */
export const picturedLimit = 127;

const width = 400;
/** Greatest distance from the root to the outermost ring: leaves a node's radius of space on both sides. */
const reach = 182;
/** Greatest distance between two rings, so that a small tree is drawn small. */
const widestRing = 82;
/** Space above the outermost ring for a node and the ring that marks this tab. */
const air = 26;
/** Distances from the root's center down to the ground, and to the lower edge. */
const toGround = 26;
const toEdge = 52;
const widestSpan = (172 * Math.PI) / 180;
/** Angle between two siblings below the root. */
const siblingAngle = (64 * Math.PI) / 180;

interface Wedge {
  readonly position: number;
  readonly depth: number;
  /** Angles in radians from straight up, positive to the right. */
  readonly from: number;
  readonly to: number;
}

/**
 * Lays out a tree over positions 0 … count−1 as a fan: a node's depth is its ring, and each subtree gets a wedge as wide as its
 * nodes need on their rings. `self`: the position whose way to the root is always drawn. O(n²) for the radius, n ≤ `picturedLimit` + depth.
 */
export function treePicture(kind: TopologyName, count: number, self: number | null): TreePicture {
  const shown = shownPositions(kind, count, self);
  const childrenOf = (position: number): readonly number[] =>
    placeOf(kind, position, count).children.filter((child) => shown.has(child));
  const needs = new Map<number, number>();
  const sizes = new Map<number, number>();
  const measure = (position: number, depth: number): number => {
    let need = 0;
    let size = 1;
    for (const child of childrenOf(position)) {
      need += measure(child, depth + 1);
      size += sizes.get(child)!;
    }
    need = Math.max(need, depth === 0 ? 0 : 1 / depth); // on a ring twice as far a node needs half the angle
    needs.set(position, need);
    sizes.set(position, size);
    return need;
  };
  if (count > 0) measure(0, 0);
  const wedges = count > 0 ? wedgesOf(needs, childrenOf) : [];
  const depth = wedges.reduce((deepest, wedge) => Math.max(deepest, wedge.depth), 0);
  const spacing = Math.min(widestRing, reach / Math.max(1, depth));
  const rootY = air + spacing * Math.max(1, depth);
  const nodes = wedges.map((wedge) => ({ position: wedge.position, ...pointAt(rootY, wedge, wedge.depth * spacing) }));
  return {
    width,
    height: rootY + toEdge,
    ground: rootY + toGround,
    radius: radiusFor(nodes, spacing),
    nodes,
    branches: branchesOf(wedges, { rootY, spacing, childrenOf, sizes }),
    hidden: count - nodes.length,
  };
}

/** The first positions, which are closed under parents in every topology, and the way from `self` to them. */
function shownPositions(kind: TopologyName, count: number, self: number | null): ReadonlySet<number> {
  const shown = new Set<number>();
  for (let position = 0; position < Math.min(count, picturedLimit); position += 1) shown.add(position);
  for (let at = self; at !== null && at < count && !shown.has(at); at = placeOf(kind, at, count).parent) shown.add(at);
  return shown;
}

function wedgesOf(needs: ReadonlyMap<number, number>, childrenOf: (position: number) => readonly number[]): Wedge[] {
  const span = Math.min(widestSpan, siblingAngle * needs.get(0)!);
  const wedges: Wedge[] = [{ position: 0, depth: 0, from: -span / 2, to: span / 2 }];
  for (let i = 0; i < wedges.length; i += 1) {
    const parent = wedges[i]!;
    const children = childrenOf(parent.position);
    const total = children.reduce((sum, child) => sum + needs.get(child)!, 0);
    let from = parent.from;
    for (const child of children) {
      const to = from + ((parent.to - parent.from) * needs.get(child)!) / total;
      wedges.push({ position: child, depth: parent.depth + 1, from, to });
      from = to;
    }
  }
  return wedges;
}

function branchesOf(
  wedges: readonly Wedge[],
  options: {
    readonly rootY: number;
    readonly spacing: number;
    readonly childrenOf: (position: number) => readonly number[];
    readonly sizes: ReadonlyMap<number, number>;
  },
): PicturedBranch[] {
  const { rootY, spacing, childrenOf, sizes } = options;
  const wedgeAt = new Map(wedges.map((wedge) => [wedge.position, wedge]));
  return wedges.flatMap((parent) =>
    childrenOf(parent.position).map((position) => {
      const child = wedgeAt.get(position)!;
      const inner = parent.depth * spacing;
      const points = [
        pointAt(rootY, parent, inner),
        pointAt(rootY, parent, inner + spacing / 2), // leaves the parent straight outwards …
        pointAt(rootY, child, inner + spacing / 2), // … and reaches the child from straight below it
        pointAt(rootY, child, inner + spacing),
      ].map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      const path = `M${points[0]}C${points.slice(1).join(" ")}`;
      return { parent: parent.position, child: position, weight: sizes.get(position)!, path };
    }),
  );
}

function pointAt(rootY: number, wedge: Wedge, distance: number): { x: number; y: number } {
  const angle = (wedge.from + wedge.to) / 2;
  return { x: width / 2 + distance * Math.sin(angle), y: rootY - distance * Math.cos(angle) };
}

function radiusFor(nodes: readonly PicturedNode[], spacing: number): number {
  let closest = spacing;
  for (let i = 0; i < nodes.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      closest = Math.min(closest, Math.hypot(nodes[i]!.x - nodes[j]!.x, nodes[i]!.y - nodes[j]!.y));
    }
  }
  return Math.min(17, 0.43 * closest);
}
