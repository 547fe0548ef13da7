import { describe, expect, it } from "vitest";

import { parseKept, type Kept } from "./kept";

const KEPT: Kept = {
  login: "ana",
  dialog: { call_id: "a", to_tag: "b", from_tag: "c" },
  direction: "in",
  number: "+34600111222",
  name: "Carmen",
  answeredAt: 1_000,
  isOnHold: false,
  isMuted: true,
  isCurrent: true,
  at: 10_000,
};

describe("calls kept for the page that comes after this one", () => {
  it("are found again", () => {
    expect(parseKept(JSON.stringify([KEPT]), 12_000)).toEqual([KEPT]);
  });

  it("are found again while they still ring there", () => {
    const rings = { ...KEPT, direction: "out", answeredAt: null };
    expect(parseKept(JSON.stringify([rings, { ...KEPT, answeredAt: "soon" }]), 12_000)).toEqual([rings]);
  });

  it("are forgotten when the server has ended them", () => {
    expect(parseKept(JSON.stringify([KEPT]), 60_000)).toEqual([]);
  });

  it.each([null, "", "{", "7", "[null, 3, {}]", JSON.stringify([{ ...KEPT, dialog: { call_id: 1 } }])])(
    "are none in %s",
    stored => {
      expect(parseKept(stored, 12_000)).toEqual([]);
    },
  );
});
