/** Where the cards stand: left to right in the direction of the call, so that any document is readable at once. */

import dagre from "@dagrejs/dagre";

import { destinationOf, type Flow, type FlowNode } from "./document";

export const CARD_WIDTH = 250;
export const HEAD_HEIGHT = 44;
export const WORDS_HEIGHT = 48;
export const WAY_HEIGHT = 28;
const PILL = { width: 170, height: 40 };

export interface Spot {
  x: number;
  y: number;
}

export interface Drawing {
  cards: Map<string, Spot>;
  /** Destinations outside the flow (`queue:sales`, `word:repeat`), each once, and where they stand. */
  pills: Map<string, Spot>;
  width: number;
  height: number;
  edges: { from: string; way: number; to: string; toPill: boolean; label: string }[];
}

export const cardHeight = (node: FlowNode): number => HEAD_HEIGHT + WORDS_HEIGHT + node.ways.length * WAY_HEIGHT + 8;

/** What the words `hang_up` and `return` lead to; `repeat` stays at its node and has no line. */
const ENDS = ["hang_up", "return"];

export function drawingOf(flow: Flow): Drawing {
  const names = new Set(flow.nodes.map((node) => node.name));
  const edges: Drawing["edges"] = [];
  for (const node of flow.nodes) {
    node.ways.forEach((way, index) => {
      const outside = destinationOf(way.target) ?? (ENDS.includes(String(way.target)) ? `word:${String(way.target)}` : null);
      if (outside !== null) edges.push({ from: node.name, way: index, to: outside, toPill: true, label: way.label });
      else if (names.has(String(way.target))) edges.push({ from: node.name, way: index, to: String(way.target), toPill: false, label: way.label });
    });
  }
  return { edges, ...placed(flow, edges) };
}

function placed(flow: Flow, edges: Drawing["edges"]): Omit<Drawing, "edges"> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 20, ranksep: 60, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of flow.nodes) graph.setNode(`card ${node.name}`, { width: CARD_WIDTH, height: cardHeight(node) });
  for (const edge of edges) {
    const to = edge.toPill ? `pill ${edge.to}` : `card ${edge.to}`;
    if (edge.toPill) graph.setNode(to, { ...PILL });
    graph.setEdge(`card ${edge.from}`, to);
  }
  dagre.layout(graph);
  const cards = new Map<string, Spot>();
  const pills = new Map<string, Spot>();
  for (const id of graph.nodes()) {
    const box = graph.node(id);
    const spot = { x: box.x - box.width / 2, y: box.y - box.height / 2 };
    (id.startsWith("card ") ? cards : pills).set(id.slice(5), spot);
  }
  const { width = 0, height = 0 } = graph.graph();
  return { cards, pills, width, height };
}
