/** What differs between two texts of a menu, step by step, and one text that has the changes of both. */

import { Document, isMap, isScalar, parseDocument, type Node as YamlNode } from "yaml";

export interface Changes {
  added: string[];
  removed: string[];
  changed: string[];
  /** Whether title, languages, beginning or the like differ. */
  isMenuChanged: boolean;
}

/** The steps that differ; null when one of the texts is no menu. Where cards stand is no difference. */
export function changesBetween(before: string, after: string): Changes | null {
  const [old, now] = [read(before), read(after)];
  if (old === null || now === null) return null;
  const changes: Changes = { added: [], removed: [], changed: [], isMenuChanged: facts(old) !== facts(now) };
  for (const name of nodeNames(now)) {
    if (!nodeNames(old).includes(name)) changes.added.push(name);
    else if (written(old, ["nodes", name]) !== written(now, ["nodes", name])) changes.changed.push(name);
  }
  changes.removed = nodeNames(old).filter(name => !nodeNames(now).includes(name));
  return changes;
}

export interface Joined {
  text: string;
  /** What both had changed differently: mine is in the text. */
  clashes: string[];
}

/** `theirs` with what `mine` changes of `base`: step by step, and line by line at the top. Null: one is no menu. */
export function joined(base: string, mine: string, theirs: string): Joined | null {
  const [from, ours, result] = [read(base), read(mine), read(theirs)];
  if (from === null || ours === null || result === null) return null;
  const clashes: string[] = [];
  const places = new Set(
    [from, ours, result]
      .flatMap(one => [...topNames(one).map(name => [name]), ...nodeNames(one).map(name => ["nodes", name])])
      .map(path => path.join("\n")),
  );
  for (const place of places) {
    const path = place.split("\n");
    const [was, is, other] = [written(from, path), written(ours, path), written(result, path)];
    if (is === was || is === other) continue;
    if (other !== was && path[0] !== "drawing") clashes.push(path[path.length - 1] ?? "");
    const node = ours.getIn(path, true) as YamlNode | undefined;
    if (node === undefined) result.deleteIn(path);
    else result.setIn(path, node);
  }
  return { text: result.toString({ lineWidth: 0, flowCollectionPadding: false }), clashes };
}

function read(text: string): Document | null {
  const document = parseDocument(text);
  return document.errors.length === 0 && isMap(document.get("nodes")) ? (document as unknown as Document) : null;
}

const namesIn = (map: unknown): string[] =>
  isMap(map) ? map.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
const nodeNames = (document: Document): string[] => namesIn(document.get("nodes"));
const topNames = (document: Document): string[] => namesIn(document.contents).filter(name => name !== "nodes");
const facts = (document: Document): string =>
  JSON.stringify(
    topNames(document)
      .filter(name => name !== "drawing")
      .sort()
      .map(name => [name, written(document, [name])]),
  );

function written(document: Document, path: string[]): string {
  const held = document.getIn(path, true);
  return held !== null && typeof held === "object" && "toJSON" in held
    ? JSON.stringify((held as { toJSON: () => unknown }).toJSON())
    : "";
}
