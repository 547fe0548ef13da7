import { describe, expect, it } from "vitest";

import type { CallEvent } from "../api/types";
import { now, remember, toldSince } from "./told";

const event = (id: string) => ({ id, type: "agent.state", at: "", call_id: null }) as unknown as CallEvent;

describe("what events have told", () => {
  it("is nothing when none has come since", () => {
    remember(event("before"));
    expect(toldSince(now())).toEqual([]);
  });

  it("is in the order in which it came", () => {
    const moment = now();
    remember(event("one"));
    remember(event("two"));
    expect(toldSince(moment).map(({ id }) => id)).toEqual(["one", "two"]);
  });

  it("is bounded", () => {
    const moment = now();
    for (let number = 0; number < 600; number++) remember(event(String(number)));
    expect(toldSince(moment)).toHaveLength(500);
    expect(toldSince(moment).at(-1)?.id).toBe("599");
  });
});
