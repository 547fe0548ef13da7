import { describe, expect, it } from "vitest";

import { addNode, freeName, nodeAtLine, readFlow, removeNodes, renameNode, writeField } from "./document";

const TEXT = `# The first menu
flow: main
title: Main
languages: [es, en]
start: hello

nodes:
  hello:
    say:
      prompt: {es: Hola}
      next: options # onward

  options:
    menu:
      prompt: {es: Pulse}
      options:
        "1": {queue: sales}
        "9": repeat
      fallback: hello
`;

describe("a menu's text", () => {
  it("is read as nodes with their ways and lines", () => {
    const flow = readFlow(TEXT);
    expect(flow?.start).toBe("hello");
    expect(flow?.nodes.map(node => [node.name, node.kind])).toEqual([
      ["hello", "say"],
      ["options", "menu"],
    ]);
    expect(flow?.nodes[1]?.ways).toEqual([
      { path: ["options", "1"], label: "1", target: { queue: "sales" } },
      { path: ["options", "9"], label: "9", target: "repeat" },
      { path: ["fallback"], label: "fallback", target: "hello" },
    ]);
    expect(flow && nodeAtLine(flow, 10)).toBe("hello");
    expect(flow && nodeAtLine(flow, 16)).toBe("options");
    expect(flow && nodeAtLine(flow, 3)).toBeNull();
  });

  it("keeps its comments when a way leads elsewhere", () => {
    const changed = writeField(TEXT, "options", "menu", ["options", "1"], { person: "101" });
    expect(changed).toContain('"1": {person: "101"}');
    expect(changed).toContain("# The first menu");
    expect(changed).toContain("next: options # onward");
    expect(readFlow(changed)?.nodes).toHaveLength(2);
  });

  it("takes a new option with its key as text", () => {
    const flow = readFlow(writeField(TEXT, "options", "menu", ["options", "2"], "hello"));
    expect(flow?.nodes[1]?.ways.map(way => way.label)).toEqual(["1", "9", "2", "fallback"].sort());
  });

  it("gets and loses nodes", () => {
    const more = addNode(TEXT, "bye", "hang_up", {});
    expect(readFlow(more)?.nodes.at(-1)).toMatchObject({ name: "bye", kind: "hang_up" });
    expect(readFlow(removeNodes(more, ["bye"]))?.nodes).toHaveLength(2);
  });

  it("renames a node wherever it is named", () => {
    const flow = readFlow(renameNode(TEXT, "hello", "welcome"));
    expect(flow?.start).toBe("welcome");
    expect(flow?.nodes[0]?.name).toBe("welcome");
    expect(flow?.nodes[1]?.ways.at(-1)?.target).toBe("welcome");
  });

  it("is left alone by a rename to a name that is taken, and by what cannot be read", () => {
    expect(renameNode(TEXT, "hello", "options")).toBe(TEXT);
    expect(writeField("nodes: [", "a", "say", ["next"], "b")).toBe("nodes: [");
    expect(readFlow("nodes: [")).toBeNull();
    expect(readFlow("nodes: 3")).toBeNull();
  });

  it("finds names that are free", () => {
    const flow = readFlow(TEXT);
    expect(flow && freeName(flow, "hello")).toBe("hello-2");
    expect(flow && freeName(flow, "ring_group")).toBe("ring-group");
  });
});
