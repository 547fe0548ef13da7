/** The menu as a drawing: cards joined by the ways between them; a way is drawn from its dot to another card. */

import "@xyflow/react/dist/style.css";
import "./flow.css";

import { useComputedColorScheme } from "@mantine/core";
import { IconLayoutDistributeVertical } from "@tabler/icons-react";
import {
  Background,
  ControlButton,
  Controls,
  MarkerType,
  ReactFlow,
  useReactFlow,
  type Connection,
  type Edge,
  type ReactFlowInstance,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { MenuFault } from "../api/schema";
import type { Flow } from "./document";
import { stepOf } from "./faultsAt";
import { FlowCard, FlowPill, type CardNode, type PillNode } from "./FlowCard";
import { drawingOf, type Spot } from "./layout";
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
  const fits = Math.min(
    (frame.clientWidth - 2 * MARGIN) / whole.width,
    (frame.clientHeight - 2 * MARGIN) / whole.height,
  );
  const first = view.getNode(`card ${start}`);
  if (fits >= READABLE || first === undefined) {
    void view.fitView({ padding: `${MARGIN}px`, maxZoom: 1 });
    return;
  }
  const middle = first.position.y + (first.measured?.height ?? 0) / 2;
  const y = Math.max(
    MARGIN - (whole.y + whole.height) * READABLE + frame.clientHeight - 2 * MARGIN,
    Math.min(MARGIN - whole.y * READABLE, frame.clientHeight / 2 - middle * READABLE),
  );
  void view.setViewport({ x: MARGIN - whole.x * READABLE, y, zoom: READABLE });
}

function reveal(view: ReactFlowInstance<CardNode | PillNode>, frame: HTMLDivElement | null, id: string): void {
  const node = view.getInternalNode(id);
  if (frame === null || node === undefined) return;
  const { x, y, zoom } = view.getViewport();
  const { width = 0, height = 0 } = node.measured;
  const [left, top] = [node.internals.positionAbsolute.x * zoom + x, node.internals.positionAbsolute.y * zoom + y];
  const isSeen =
    left >= 0 && top >= 0 && left + width * zoom <= frame.clientWidth && top + height * zoom <= frame.clientHeight;
  if (!isSeen)
    void view.setCenter(node.internals.positionAbsolute.x + width / 2, node.internals.positionAbsolute.y + height / 2, {
      zoom,
    });
}

interface Canvas {
  flow: Flow;
  faults: MenuFault[];
  language: string;
  chosen: string | null;
  here: string | null;
  been: Set<string>;
  choose: (name: string | null) => void;
  /** `to` undefined: the way leads nowhere. */
  connect: (from: string, way: number, to: string | undefined) => void;
  move: (name: string, spot: Spot) => void;
  remove: (names: string[]) => void;
  arrange: () => void;
}

export function FlowCanvas({
  flow,
  faults,
  language,
  chosen,
  here,
  been,
  choose,
  connect,
  move,
  remove,
  arrange,
}: Canvas) {
  const t = useFlowWords();
  const scheme = useComputedColorScheme("light");
  const drawing = useMemo(() => drawingOf(flow), [flow]);
  const destinations = useDestinations();
  const view = useReactFlow<CardNode | PillNode>();
  const frame = useRef<HTMLDivElement>(null);
  const [chosenLine, setChosenLine] = useState<string | null>(null);
  const [dragged, setDragged] = useState<{ name: string; spot: Spot } | null>(null);
  const start = flow.start;
  const isMoved = flow.spots.size > 0;
  const [width, height] = isMoved ? [0, 0] : [drawing.width, drawing.height];
  useEffect(() => {
    const later = setTimeout(() => show(view, frame.current, start), 50);
    return () => clearTimeout(later);
  }, [width, height, view, start]);
  // What is chosen elsewhere, or has just been added, comes into sight.
  useEffect(() => {
    if (chosen === null) return undefined;
    const later = setTimeout(() => reveal(view, frame.current, `card ${chosen}`), 120);
    return () => clearTimeout(later);
  }, [chosen, view]);
  const spotOf = useCallback(
    (name: string): Spot =>
      dragged?.name === name ? dragged.spot : (flow.spots.get(name) ?? drawing.cards.get(name) ?? { x: 0, y: 0 }),
    [dragged, flow, drawing],
  );
  useEffect(() => {
    if (here !== null) void view.fitView({ nodes: [{ id: `card ${here}` }], maxZoom: 1, duration: 300 });
  }, [here, view]);
  const nodes = useMemo<(CardNode | PillNode)[]>(
    () => [
      ...flow.nodes.map((node): CardNode => ({
        id: `card ${node.name}`,
        type: "card",
        position: spotOf(node.name),
        selected: node.name === chosen,
        ariaLabel: `${t("step")} ${node.name}`,
        data: {
          node,
          language,
          isStart: flow.start === node.name,
          isHere: here === node.name,
          wasHere: been.has(node.name),
          faults: faults.filter(fault => stepOf(fault) === node.name),
        },
      })),
      ...[...drawing.pills].map(([name, { destination, x, y, from }]): PillNode => {
        const [now, drawn] = [spotOf(from), drawing.cards.get(from) ?? { x: 0, y: 0 }];
        const [kind = "", value = ""] = destination.split(":");
        const [icon, words] = kind === "word" ? [value, ""] : [kind, value];
        return {
          id: `pill ${name}`,
          type: "pill",
          position: { x: x + now.x - drawn.x, y: y + now.y - drawn.y },
          draggable: false,
          selectable: false,
          focusable: false,
          deletable: false,
          data: { kind: icon, value: words && nameIn(destinations, kind, words) },
        };
      }),
    ],
    [flow, drawing, spotOf, destinations, faults, language, chosen, here, been, t],
  );
  const edges = useMemo<Edge[]>(
    () =>
      drawing.edges.map(edge => ({
        id: `${edge.from} ${edge.way}`,
        source: `card ${edge.from}`,
        sourceHandle: String(edge.way),
        target: `${edge.toPill ? "pill" : "card"} ${edge.to}`,
        label: edge.label.length === 1 ? edge.label : undefined,
        markerEnd: { type: MarkerType.ArrowClosed },
        focusable: false,
        selected: chosenLine === `${edge.from} ${edge.way}`,
      })),
    [drawing, chosenLine],
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
        onNodesChange={changes => {
          for (const change of changes) {
            const name = "id" in change ? change.id.slice(5) : "";
            if (change.type === "select" && change.selected) choose(name);
            if (change.type !== "position" || change.position === undefined) continue;
            if (change.dragging) setDragged({ name, spot: change.position });
            else move(name, change.position);
          }
        }}
        onNodeDragStop={() => setDragged(null)}
        onEdgesChange={changes => {
          for (const change of changes) if (change.type === "select") setChosenLine(change.selected ? change.id : null);
        }}
        onDelete={({ nodes: cards, edges: lines }) => {
          if (cards.length > 0) remove(cards.map(card => card.id.slice(5)));
          else for (const line of lines) connect(line.source.slice(5), Number(line.sourceHandle), undefined);
        }}
        onNodeClick={(_, node) => node.id.startsWith("card ") && choose(node.id.slice(5))}
        onPaneClick={() => choose(null)}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("a11yCard"),
          "node.a11yDescription.keyboardDisabled": t("a11yCard"),
          "node.a11yDescription.ariaLiveMessage": ({ x, y }) => t("a11yMoved", { x, y }),
          "edge.a11yDescription.default": t("connectHint"),
          "controls.ariaLabel": t("canvas"),
          "controls.zoomIn.ariaLabel": t("zoomIn"),
          "controls.zoomOut.ariaLabel": t("zoomOut"),
          "controls.fitView.ariaLabel": t("fit"),
        }}
        deleteKeyCode="Delete"
        minZoom={0.2}
        maxZoom={1.5}
      >
        <Background />
        <Controls position="top-right" showInteractive={false}>
          {isMoved && (
            <ControlButton title={t("arrangeHint")} aria-label={t("arrange")} onClick={arrange}>
              <IconLayoutDistributeVertical />
            </ControlButton>
          )}
        </Controls>
      </ReactFlow>
    </div>
  );
}
