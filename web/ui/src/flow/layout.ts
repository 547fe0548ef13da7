/** Where the cards stand: left to right in the direction of the call, so that any document is readable at once. */

import dagre from "@dagrejs/dagre";

import { destinationOf, type Flow, type FlowNode } from "./document";

export const CARD_WIDTH = 250;
export const HEAD_HEIGHT = 44;
export const WORDS_HEIGHT = 48;
export const WAY_HEIGHT = 28;
const PILL = { width: 170, height: 40 };
const GAP = 20;

export interface Spot {
  x: number;
  y: number;
}

/** `x` and `y` are those of its middle. */
interface Box extends Spot {
  width: number;
  height: number;
}

export interface Drawing {
  cards: Map<string, Spot>;
  /** Destinations outside the flow (`queue:sales`, `word:hang_up`), once beside each node that leads there. */
  pills: Map<string, Spot & { destination: string; from: string }>;
  width: number;
  height: number;
  edges: { from: string; way: number; to: string; toPill: boolean; label: string }[];
}

export const cardHeight = (node: FlowNode): number => HEAD_HEIGHT + WORDS_HEIGHT + node.ways.length * WAY_HEIGHT + 8;

/** What the words `hang_up` and `return` lead to; `repeat` stays at its node and has no line. */
const ENDS = ["hang_up", "return"];

export function drawingOf(flow: Flow): Drawing {
  const names = new Set(flow.nodes.map(node => node.name));
  const edges: Drawing["edges"] = [];
  for (const node of flow.nodes) {
    node.ways.forEach((way, index) => {
      const outside =
        destinationOf(way.target) ?? (ENDS.includes(String(way.target)) ? `word:${String(way.target)}` : null);
      if (outside !== null)
        edges.push({ from: node.name, way: index, to: `${outside} ${node.name}`, toPill: true, label: way.label });
      else if (names.has(String(way.target)))
        edges.push({ from: node.name, way: index, to: String(way.target), toPill: false, label: way.label });
    });
  }
  return { edges, ...placed(flow, edges) };
}

/** In which step from the start each node is first reached, whose ways come in their order. */
function stepsOf(flow: Flow, edges: Drawing["edges"]): Map<string, number> {
  const steps = new Map<string, number>();
  for (const first of [flow.start, ...flow.nodes.map(node => node.name)]) {
    const next = [first];
    for (let name = next.shift(); name !== undefined; name = next.shift()) {
      if (steps.has(name)) continue;
      steps.set(name, steps.size);
      next.push(...edges.filter(edge => edge.from === name && !edge.toPill).map(edge => edge.to));
    }
  }
  return steps;
}

/**
 * Puts what stands in each column in the order of the ways that lead there, column by column from the left.
 *
 * dagre takes every line to begin at the middle of its card; ours begin at their way, one under the other.
 */
function restack(boxes: Map<string, Box>, edges: Drawing["edges"]): void {
  const ports = new Map<string, number[]>();
  for (const column of columnsOf(boxes)) {
    const tops = column.map(({ box }) => box.y - box.height / 2);
    const bottoms = column.map(({ box }) => box.y + box.height / 2);
    const height = column.reduce((sum, { box }) => sum + box.height + GAP, -GAP);
    let y = Math.max(Math.min(...tops), (Math.min(...tops) + Math.max(...bottoms) - height) / 2);
    const wished = column.map(one => ({ ...one, at: mean(ports.get(one.id) ?? []) ?? one.box.y }));
    for (const { id, box } of wished.sort((one, other) => one.at - other.at)) {
      box.y = y + box.height / 2;
      for (const edge of edges.filter(one => `card ${one.from}` === id)) {
        const to = `${edge.toPill ? "pill" : "card"} ${edge.to}`;
        ports.set(to, [...(ports.get(to) ?? []), y + HEAD_HEIGHT + WORDS_HEIGHT + (edge.way + 0.5) * WAY_HEIGHT]);
      }
      y += box.height + GAP;
    }
  }
}

/** What stands one above the other, from the left. */
function columnsOf(boxes: Map<string, Box>): { id: string; box: Box }[][] {
  const columns = new Map<number, { id: string; box: Box }[]>();
  for (const [id, box] of boxes) {
    const place = Math.round(box.x);
    columns.set(place, [...(columns.get(place) ?? []), { id, box }]);
  }
  return [...columns].sort(([one], [other]) => one - other).map(([, column]) => column);
}

const mean = (values: number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function placed(flow: Flow, edges: Drawing["edges"]): Omit<Drawing, "edges"> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP, ranksep: 60, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const steps = stepsOf(flow, edges);
  const inOrder = [...flow.nodes].sort((one, other) => (steps.get(one.name) ?? 0) - (steps.get(other.name) ?? 0));
  for (const node of inOrder) {
    graph.setNode(`card ${node.name}`, { width: CARD_WIDTH, height: cardHeight(node) });
    for (const edge of edges) if (edge.toPill && edge.from === node.name) graph.setNode(`pill ${edge.to}`, { ...PILL });
  }
  for (const edge of edges) {
    if (edge.toPill) graph.setEdge(`card ${edge.from}`, `pill ${edge.to}`);
    // A way back must not pull what it leads to behind the cards that come from there.
    else if ((steps.get(edge.to) ?? 0) > (steps.get(edge.from) ?? 0))
      graph.setEdge(`card ${edge.from}`, `card ${edge.to}`);
  }
  dagre.layout(graph);
  const boxes = new Map(graph.nodes().map(id => [id, graph.node(id) as Box]));
  restack(boxes, edges);
  const cards = new Map<string, Spot>();
  const pills: Drawing["pills"] = new Map();
  for (const [id, box] of boxes) {
    const spot = { x: box.x - box.width / 2, y: box.y - box.height / 2 };
    const name = id.slice(5);
    if (id.startsWith("card ")) cards.set(name, spot);
    else
      pills.set(name, {
        ...spot,
        destination: name.slice(0, name.lastIndexOf(" ")),
        from: name.slice(name.lastIndexOf(" ") + 1),
      });
  }
  const { width = 0, height = 0 } = graph.graph();
  return { cards, pills, width, height };
}
