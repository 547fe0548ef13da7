import { describe, expect, test } from "vitest";

import { reachOf, withReach, type Permission } from "./reach";

const HANG_UP: Permission = {
  name: "calls.hangup",
  summary: "",
  choices: ["none", "own", "department", "all"],
  built_in: { agent: "own" },
};
const LIST: Permission = {
  name: "settings.people.list",
  summary: "",
  choices: ["none", "all"],
  built_in: { agent: "none" },
};

describe("how far a permission reaches", () => {
  test("as the built-in role, when nothing is given", () => expect(reachOf({}, HANG_UP, "agent")).toBe("own"));
  test("as is given to it, or to what it begins with, the nearest first", () => {
    expect(reachOf({ calls: "all" }, HANG_UP, "agent")).toBe("all");
    expect(reachOf({ calls: "all", "calls.hangup": "none" }, HANG_UP, "agent")).toBe("none");
    expect(reachOf({ settings: "none", "settings.people": "all" }, LIST, "agent")).toBe("all");
  });
  test("never farther than given, where it has no such reach", () =>
    expect(reachOf({ settings: "own" }, LIST, "agent")).toBe("none"));
});

describe("choosing a reach", () => {
  test("what is so already is not said", () =>
    expect(withReach({ "calls.hangup": "all" }, HANG_UP, "agent", "own")).toEqual({}));
  test("against what it begins with it is said, even if it is the usual one", () =>
    expect(withReach({ calls: "all" }, HANG_UP, "agent", "own")).toEqual({ calls: "all", "calls.hangup": "own" }));
});
