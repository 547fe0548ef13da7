import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import type { CallEvent } from "../api/types";
import { affected } from "./apply";
import { hasEnded, learnEnd } from "./ended";

const event = (type: string, call_id: string): CallEvent =>
  ({ id: type, type, at: "2026-11-22T10:00:00.000Z", call_id, v: 1 }) as CallEvent;

test("what comes after a call's end does not bring it back", () => {
  const queries = new QueryClient();
  queries.setQueryData(["calls", "live"], { items: [], next_cursor: null });
  expect(affected(queries, event("call.quality", "over"))).toContain("live");
  learnEnd("over");
  expect(affected(queries, event("call.quality", "over"))).not.toContain("live");
});

test("only so many are remembered, the newest", () => {
  for (let number = 0; number <= 500; number += 1) learnEnd(`call ${number}`);
  expect(hasEnded("call 500")).toBe(true);
  expect(hasEnded("call 1")).toBe(false);
});
