/** The menu as a drawing: cards joined by the ways between them; a way is drawn from its dot to another card. */

import "@xyflow/react/dist/style.css";
import "./flow.css";

import { useComputedColorScheme } from "@mantine/core";
import { Background, Controls, MarkerType, ReactFlow, useReactFlow, type Connection, type Edge, type ReactFlowInstance } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";

import type { MenuFault } from "../api/schema";
import { nodeAtLine, type Flow } from "./document";
import { FlowCard, FlowPill, type CardNode, type PillNode } from "./FlowCard";
import { drawingOf } from "./layout";
import { nameIn, useDestinations } from "./useDestinations";
import { useFlowWords } from "./words";

const NODE_TYPES = { card: FlowCard, pill: FlowPill };

const MARGIN = 32;
/** Smaller, and the words on the cards cannot be read. */
const READABLE = 0.7;

/** All of the drawing where it can be read as a whole; else where it begins. */
function show(view: ReactFlowInstance<CardNode | PillNode>, frame: HTMLDivElement | null, start: string): void {
  const whole = view.getNodesBounds(view.getNodes());
  if (frame === null || whole.width === 0) return;
  const fits = Math.min((frame.clientWidth - 2 * MARGIN) / whole.width, (frame.clientHeight - 2 * MARGIN) / whole.height);
  const first = view.getNode(`card ${start}`);
  if (fits >= READABLE || first === undefined) {
    void view.fitView({ padding: `${MARGIN}px`, maxZoom: 1 });
    return;
  }
  const middle = first.position.y + (first.measured?.height ?? 0) / 2;
  const y = Math.max(MARGIN - (whole.y + whole.height) * READABLE + frame.clientHeight - 2 * MARGIN, Math.min(MARGIN - whole.y * READABLE, frame.clientHeight / 2 - middle * READABLE));
  void view.setViewport({ x: MARGIN - whole.x * READABLE, y, zoom: READABLE });
}

interface Canvas {
  flow: Flow;
  faults: MenuFault[];
  language: string;
  chosen: string | null;
  here: string | null;
  been: Set<string>;
  choose: (name: string | null) => void;
  connect: (from: string, way: number, to: string) => void;
}

export function FlowCanvas({ flow, faults, language, chosen, here, been, choose, connect }: Canvas) {
  const t = useFlowWords();
  const scheme = useComputedColorScheme("light");
  const drawing = useMemo(() => drawingOf(flow), [flow]);
  const destinations = useDestinations();
  const view = useReactFlow<CardNode | PillNode>();
  const frame = useRef<HTMLDivElement>(null);
  const start = flow.start;
  useEffect(() => {
    const later = setTimeout(() => show(view, frame.current, start), 50);
    return () => clearTimeout(later);
  }, [drawing.width, drawing.height, view, start]);
  useEffect(() => {
    if (here !== null) void view.fitView({ nodes: [{ id: `card ${here}` }], maxZoom: 1, duration: 300 });
  }, [here, view]);
  const nodes = useMemo<(CardNode | PillNode)[]>(
    () => [
      ...flow.nodes.map((node): CardNode => ({
        id: `card ${node.name}`,
        type: "card",
        position: drawing.cards.get(node.name) ?? { x: 0, y: 0 },
        selected: node.name === chosen,
        draggable: false,
        ariaLabel: `${t("step")} ${node.name}`,
        data: {
          node,
          language,
          isStart: flow.start === node.name,
          isHere: here === node.name,
          wasHere: been.has(node.name),
          faults: faults.filter((fault) => nodeAtLine(flow, fault.line) === node.name),
        },
      })),
      ...[...drawing.pills].map(([name, { destination, x, y }]): PillNode => {
        const [kind = "", value = ""] = destination.split(":");
        const [icon, words] = kind === "word" ? [value, ""] : [kind, value];
        return { id: `pill ${name}`, type: "pill", position: { x, y }, draggable: false, selectable: false, focusable: false, data: { kind: icon, value: words && nameIn(destinations, kind, words) } };
      }),
    ],
    [flow, drawing, destinations, faults, language, chosen, here, been, t],
  );
  const edges = useMemo<Edge[]>(
    () =>
      drawing.edges.map((edge) => ({
        id: `${edge.from} ${edge.way}`,
        source: `card ${edge.from}`,
        sourceHandle: String(edge.way),
        target: `${edge.toPill ? "pill" : "card"} ${edge.to}`,
        label: edge.label.length === 1 ? edge.label : undefined,
        markerEnd: { type: MarkerType.ArrowClosed },
        focusable: false,
      })),
    [drawing],
  );
  const joined = ({ source, sourceHandle, target }: Connection) => {
    if (target.startsWith("card ")) connect(source.slice(5), Number(sourceHandle), target.slice(5));
  };
  return (
    <div ref={frame} className="flow-canvas" role="region" aria-label={t("canvas")} data-testid="canvas">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        colorMode={scheme}
        onConnect={joined}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === "select" && change.selected) choose(change.id.slice(5));
        }}
        onNodeClick={(_, node) => node.id.startsWith("card ") && choose(node.id.slice(5))}
        onPaneClick={() => choose(null)}
        deleteKeyCode={null}
        minZoom={0.2}
        maxZoom={1.5}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
