import { describe, expect, it } from "vitest";

import type { Call } from "../api/types";
import { callBehind, sameNumber } from "./matching";

const call = (fields: Partial<Call> & { number?: string | null }): Call =>
  ({
    id: "1",
    direction: "inbound",
    dialled: "+34910000002",
    agent: null,
    started_at: "2026-03-01T10:00:00Z",
    ended_at: null,
    ...fields,
    caller: { number: fields.number ?? null },
  }) as unknown as Call;

describe("sameNumber", () => {
  it("takes a withheld number for none", () => expect(sameNumber(null, "anonymous")).toBe(true));
  it("does not take a number for a withheld one", () => expect(sameNumber(null, "102")).toBe(false));
  it("compares", () => expect(sameNumber("+34600111222", "+34600111222")).toBe(true));
});

describe("callBehind", () => {
  it("finds who calls", () => {
    const live = [call({ id: "1", number: "+34600111222" }), call({ id: "2", number: "+34911222333" })];
    expect(callBehind({ direction: "in", number: "+34911222333" }, live, "ana", "101")?.id).toBe("2");
  });
  it("finds what was dialled in another format", () => {
    const live = [call({ id: "3", direction: "outbound", number: "101", dialled: "+34600111222" })];
    expect(callBehind({ direction: "out", number: "600111222" }, live, "ana", "101")?.id).toBe("3");
  });
  it("finds an extension that was dialled", () => {
    const live = [call({ id: "4", direction: "internal", number: "101", dialled: "102" })];
    expect(callBehind({ direction: "out", number: "102" }, live, "ana", "101")?.id).toBe("4");
  });
  it("prefers the newest and leaves out what has ended", () => {
    const live = [
      call({ id: "5", number: "+34600111222" }),
      call({ id: "6", number: "+34600111222", started_at: "2026-03-01T11:00:00Z" }),
      call({ id: "7", number: "+34600111222", started_at: "2026-03-01T12:00:00Z", ended_at: "2026-03-01T12:01:00Z" }),
    ];
    expect(callBehind({ direction: "in", number: "+34600111222" }, live, "ana", "101")?.id).toBe("6");
  });
  it("finds the caller whom a colleague has handed over on the line of their question, once that is over", () => {
    const given = call({
      id: "8",
      number: "+34600111222",
      agent: "luis",
      answered_at: "2026-03-01T10:00:09Z",
      transfers: 1,
    });
    const asked = call({ id: "9", direction: "internal", number: "101", dialled: "102", agent: "luis" });
    const behind = (live: Call[], login: string) =>
      callBehind({ direction: "in", number: "101" }, live, login, "102")?.id;
    expect(behind([given, asked], "luis")).toBe("9");
    expect(behind([given], "luis")).toBe("8");
    expect(behind([given], "marta")).toBeUndefined();
  });
});
