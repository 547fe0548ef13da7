/**
 * A voice menu's text as nodes and ways, and back: every edit changes the YAML where it stands, so that comments and
 * what the editor knows nothing of stay as they were written.
 */

import { Document, isMap, isScalar, LineCounter, parseDocument, type Node as YamlNode, type Pair } from "yaml";

export type Path = (string | number)[];
/** A node of the flow, `repeat`, `return`, `hang_up`, or one destination: `{queue: "sales"}`. */
export type Target = string | Record<string, string | number>;

export interface Way {
  /** Where the target stands inside the node; empty when the node is the destination itself. */
  path: Path;
  /** `next`, `fallback`, a key, … */
  label: string;
  target: Target | undefined;
}

export interface FlowNode {
  name: string;
  kind: string;
  body: unknown;
  ways: Way[];
  firstLine: number;
  lastLine: number;
}

export interface Flow {
  title: string;
  languages: string[];
  start: string;
  /** Set by the menus that lead here. */
  variables: string[];
  nodes: FlowNode[];
  /** Where cards stand that were moved by hand. */
  spots: Map<string, { x: number; y: number }>;
}

/** Kinds of node that are a destination of their own: the caller leaves the menu there. */
export const DESTINATIONS = ["queue", "person", "room", "voicemail", "ring_group", "callback", "number"] as const;

const WAYS: Record<string, string[]> = {
  say: ["next"],
  play: ["next"],
  set: ["next"],
  language: ["next"],
  flow: ["next"],
  input: ["next", "fallback"],
  survey: ["next", "fallback"],
  web: ["next", "fallback"],
  record: ["next", "fallback"],
  caller: ["known", "withheld"],
  crm: ["known", "unknown"],
  hours: ["open", "closed"],
  ring: ["no_answer"],
  transfer: ["fallback"],
};

/** The flow that a text describes, as far as it can be read; null when it is no mapping with nodes. */
export function readFlow(text: string): Flow | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const nodes = document.get("nodes");
  if (document.errors.length > 0 || !isMap(nodes)) return null;
  return {
    title: String(document.get("title") ?? ""),
    languages: asList(plain(document.get("languages", true))).map(String),
    start: String(document.get("start") ?? ""),
    variables: asList(plain(document.get("variables", true))).map(String),
    nodes: nodes.items.flatMap(pair => nodeOf(pair as Pair<YamlNode, YamlNode | null>, lines)),
    spots: spotsOf(plain(document.get("drawing", true))),
  };
}

function spotsOf(drawing: unknown): Flow["spots"] {
  const spots: Flow["spots"] = new Map();
  for (const [name, spot] of Object.entries(isRecord(drawing) ? drawing : {})) {
    const [x, y] = asList(spot);
    if (typeof x === "number" && typeof y === "number") spots.set(name, { x, y });
  }
  return spots;
}

function nodeOf(pair: Pair<YamlNode, YamlNode | null>, lines: LineCounter): FlowNode[] {
  if (!isScalar(pair.key)) return [];
  const value = plain(pair.value);
  const [kind, body] = isRecord(value) ? (Object.entries(value)[0] ?? ["", null]) : ["", null];
  const begins = pair.key.range?.[0] ?? 0;
  const ends = Math.max(begins, (pair.value?.range?.[1] ?? begins) - 1);
  return [
    {
      name: String(pair.key.value),
      kind,
      body,
      ways: waysOf(kind, body),
      firstLine: lines.linePos(begins).line,
      lastLine: lines.linePos(ends).line,
    },
  ];
}

function waysOf(kind: string, body: unknown): Way[] {
  if (kind === "go") return [{ path: [], label: "next", target: asTarget(body) }];
  if (!isRecord(body)) return [];
  const way = (path: Path, label: string, target: unknown): Way => ({ path, label, target: asTarget(target) });
  if (kind === "menu") {
    const options = isRecord(body.options) ? Object.entries(body.options) : [];
    return [
      ...options.map(([key, target]) => way(["options", key], key, target)),
      way(["fallback"], "fallback", body.fallback),
    ];
  }
  if (kind === "branch") {
    const cases = asList(body.when).filter(isRecord);
    return [
      ...cases.map((one, index) => way(["when", index, "to"], String(one.if ?? ""), one.to)),
      way(["otherwise"], "otherwise", body.otherwise),
    ];
  }
  return (WAYS[kind] ?? []).map(name => way([name], name, body[name]));
}

/** Write `value` at `path` inside a node; undefined removes what is there. */
export function writeField(text: string, node: string, kind: string, path: Path, value: unknown): string {
  return edited(text, document => {
    const where = keysOf(document, ["nodes", node, kind, ...path]);
    if (value === undefined) document.deleteIn(where);
    else document.setIn(where, document.createNode(value, { flow: isTargetRecord(value) }));
  });
}

/** A new node behind the last one. */
export function addNode(text: string, name: string, kind: string, body: unknown): string {
  return edited(text, document => {
    const pair = document.createPair(name, { [kind]: body }) as Pair<YamlNode, YamlNode>;
    pair.key.spaceBefore = true;
    const nodes = document.get("nodes");
    if (isMap(nodes)) nodes.add(pair);
    else document.set("nodes", document.createNode({ [name]: { [kind]: body } }));
  });
}

/** Without the nodes; ways that led to them are named as faults until they lead elsewhere. */
export function removeNodes(text: string, names: string[]): string {
  return edited(text, document => {
    for (const name of names) {
      document.deleteIn(keysOf(document, ["nodes", name]));
      if (document.hasIn(["drawing", name])) document.deleteIn(["drawing", name]);
    }
  });
}

/** The card of a node stands there from now on. */
export const moveNode = (text: string, name: string, x: number, y: number): string =>
  edited(text, document =>
    document.setIn(["drawing", name], document.createNode([Math.round(x), Math.round(y)], { flow: true })),
  );

/** All cards stand where the drawing puts them. */
export const arrangeNodes = (text: string): string => edited(text, document => document.delete("drawing"));

/** Another name for a node, wherever it is named. */
export function renameNode(text: string, from: string, to: string): string {
  const flow = readFlow(text);
  if (flow === null || flow.nodes.some(node => node.name === to)) return text;
  return edited(text, document => {
    if (document.get("start") === from) document.set("start", to);
    for (const node of flow.nodes) {
      for (const way of node.ways) {
        if (way.target === from) document.setIn(keysOf(document, ["nodes", node.name, node.kind, ...way.path]), to);
      }
    }
    for (const place of ["nodes", "drawing"]) {
      const held = document.get(place);
      for (const pair of isMap(held) ? held.items : []) {
        if (isScalar(pair.key) && String(pair.key.value) === from) pair.key.value = to;
      }
    }
  });
}

/** The keys on a path as they are written: `1` is a number to YAML, and a key of the telephone to us. */
function keysOf(document: Document, path: Path): unknown[] {
  const keys: unknown[] = [];
  for (const step of path) {
    const held = keys.length === 0 ? document.contents : document.getIn(keys, true);
    const pair = isMap(held)
      ? held.items.find(one => isScalar(one.key) && String(one.key.value) === String(step))
      : undefined;
    keys.push(pair !== undefined && isScalar(pair.key) ? pair.key.value : step);
  }
  return keys;
}

/** What holds for the whole menu; an empty list is left out. */
export const setFacts = (text: string, facts: Record<string, string | string[] | undefined>): string =>
  edited(text, document => {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) continue;
      if (Array.isArray(value) && value.length === 0) document.delete(name);
      else document.set(name, document.createNode(value, { flow: true }));
    }
  });

export const setStart = (text: string, name: string): string => edited(text, document => document.set("start", name));

/** A name for a new node that no other has: `menu`, `menu-2`, … */
export function freeName(flow: Flow, wanted: string): string {
  const taken = new Set(flow.nodes.map(node => node.name));
  const base = wanted.replaceAll("_", "-");
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

/** The node that a line (from 1) belongs to. */
export const nodeAtLine = (flow: Flow, line: number): string | null =>
  flow.nodes.find(node => node.firstLine <= line && line <= node.lastLine)?.name ?? null;

/** `queue:sales`, as a key for what is the same destination; null for a node of the flow or a word. */
export function destinationOf(target: Target | undefined): string | null {
  if (target === undefined || typeof target === "string") return null;
  const [kind, value] = Object.entries(target)[0] ?? ["", ""];
  return `${kind}:${value}`;
}

function edited(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  change(document as unknown as Document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function plain(node: unknown): unknown {
  return node !== null && typeof node === "object" && "toJSON" in node
    ? (node as { toJSON: () => unknown }).toJSON()
    : node;
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function asTarget(value: unknown): Target | undefined {
  return typeof value === "string" || isRecord(value) ? (value as Target) : undefined;
}

const isTargetRecord = (value: unknown) =>
  isRecord(value) && Object.keys(value).length === 1 && ["menu", ...DESTINATIONS].includes(Object.keys(value)[0] ?? "");
