import { describe, expect, it } from "vitest";

import { readFlow } from "./document";
import { changesBetween, joined } from "./versionsOf";

const BASE = `flow: main
title: Main
start: hello
nodes:
  hello: # said first
    say: {prompt: {es: Hola}, next: options}
  options:
    menu: {prompt: {es: Pulse}, options: {"1": {queue: sales}}, fallback: bye}
  bye:
    hang_up: {}
`;

describe("what differs between two menus", () => {
  it("is told by step", () => {
    const now = BASE.replace("Hola", "Buenas")
      .replace("  bye:\n    hang_up: {}\n", "  end:\n    hang_up: {}\n")
      .replace("title: Main", "title: Shop");
    expect(changesBetween(BASE, now)).toEqual({
      added: ["end"],
      removed: ["bye"],
      changed: ["hello"],
      isMenuChanged: true,
    });
  });

  it("is nothing where only comments, the look or the places of cards differ", () => {
    const now =
      BASE.replace(" # said first", "").replace(
        "{prompt: {es: Hola}, next: options}",
        "\n      prompt:\n        es: Hola\n      next: options",
      ) + "drawing: {bye: [1, 2]}\n";
    expect(changesBetween(BASE, now)).toEqual({ added: [], removed: [], changed: [], isMenuChanged: false });
  });

  it("is not known of a text that is no menu", () => {
    expect(changesBetween(BASE, "nodes: [")).toBeNull();
  });
});

describe("two people's changes", () => {
  it("are both kept, with their comments", () => {
    const mine = BASE.replace("es: Pulse", "es: Marque") + "  more:\n    hang_up: {} # mine\n";
    const theirs = BASE.replace("es: Hola", "es: Buenas").replace("title: Main", "title: Shop");
    const both = joined(BASE, mine, theirs);
    expect(both?.clashes).toEqual([]);
    expect(both?.text).toContain("es: Buenas");
    expect(both?.text).toContain("es: Marque");
    expect(both?.text).toContain("# mine");
    expect(both?.text).toContain("# said first");
    expect(readFlow(both?.text ?? "")?.title).toBe("Shop");
    expect(readFlow(both?.text ?? "")?.nodes.map(node => node.name)).toEqual(["hello", "options", "bye", "more"]);
  });

  it("to the same step are named, and mine stays", () => {
    const both = joined(BASE, BASE.replace("Hola", "Mine"), BASE.replace("Hola", "Theirs"));
    expect(both?.clashes).toEqual(["hello"]);
    expect(both?.text).toContain("Mine");
  });

  it("a step that I removed and they left alone goes", () => {
    const mine = BASE.replace("  bye:\n    hang_up: {}\n", "");
    expect(
      readFlow(joined(BASE, mine, BASE.replace("Hola", "Theirs"))?.text ?? "")?.nodes.map(node => node.name),
    ).toEqual(["hello", "options"]);
  });
});
