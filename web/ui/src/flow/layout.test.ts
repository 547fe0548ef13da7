import { expect, it } from "vitest";

import { readFlow } from "./document";
import { cardHeight, CARD_WIDTH, drawingOf } from "./layout";

const TEXT = `flow: main
start: hello
nodes:
  hello: {say: {prompt: {es: Hola}, next: options}}
  options:
    menu:
      prompt: {es: Pulse}
      options: {"1": {queue: sales}, "2": {queue: sales}, "9": repeat, "0": nowhere}
      fallback: hang_up
  lost: {queue: sales}
`;

it("draws cards from left to right, destinations beside the step that leads there, and no card over another", () => {
  const flow = readFlow(TEXT);
  if (flow === null) throw new Error("not read");
  const drawing = drawingOf(flow);
  expect([...drawing.cards.keys()].sort()).toEqual(["hello", "lost", "options"]);
  expect([...drawing.pills.keys()].sort()).toEqual(["queue:sales options", "word:hang_up options"]);
  expect(drawing.pills.get("queue:sales options")?.destination).toBe("queue:sales");
  expect(drawing.edges.filter(edge => edge.to === "queue:sales options")).toHaveLength(2);
  expect(drawing.edges.some(edge => edge.to === "nowhere" || edge.to === "repeat")).toBe(false);
  const [hello, options] = [drawing.cards.get("hello"), drawing.cards.get("options")];
  expect((options?.x ?? 0) - (hello?.x ?? 0)).toBeGreaterThan(CARD_WIDTH);
  const boxes = flow.nodes.map(node => ({ ...drawing.cards.get(node.name)!, height: cardHeight(node) }));
  for (const one of boxes) {
    for (const other of boxes) {
      if (one === other || Math.abs(one.x - other.x) >= CARD_WIDTH) continue;
      expect(one.y + one.height <= other.y || other.y + other.height <= one.y).toBe(true);
    }
  }
});

it("draws a way back without moving what it leads to behind the cards that come from there", () => {
  const flow = readFlow(`flow: main
start: top
nodes:
  more: {menu: {prompt: {es: Pulse}, options: {"9": top}, fallback: hang_up}}
  top: {menu: {prompt: {es: Pulse}, options: {"1": more}, fallback: hang_up}}
`);
  if (flow === null) throw new Error("not read");
  const { cards, edges } = drawingOf(flow);
  expect(edges.filter(edge => !edge.toPill)).toHaveLength(2);
  expect((cards.get("more")?.x ?? 0) - (cards.get("top")?.x ?? 0)).toBeGreaterThan(CARD_WIDTH);
});

it("puts what the keys of a menu lead to in the order of the keys", () => {
  const flow = readFlow(`flow: main
start: top
nodes:
  sales: {say: {prompt: {es: x}, next: hang_up}}
  top: {menu: {prompt: {es: Pulse}, options: {"1": sales, "2": {queue: support}, "3": {queue: sales}}, fallback: help}}
  help: {say: {prompt: {es: x}, next: hang_up}}
`);
  if (flow === null) throw new Error("not read");
  const { cards, pills } = drawingOf(flow);
  const heights = [
    cards.get("sales"),
    pills.get("queue:support top"),
    pills.get("queue:sales top"),
    cards.get("help"),
  ].map(spot => spot?.y ?? NaN);
  expect(heights).toEqual([...heights].sort((one, other) => one - other));
});
