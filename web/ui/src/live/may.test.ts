import { describe, expect, it } from "vitest";

import { rightsOf } from "./may";

describe("rights", () => {
  const reach = rightsOf({ "calls.list": "department", "calls.supervise": "all" });
  it("reach as far as the role says", () =>
    expect([reach("calls.list"), reach("calls.supervise")]).toEqual(["department", "all"]));
  it("are none where nothing is said", () => expect(reach("calls.trace")).toBeNull());
  it("are none for nobody", () => expect(rightsOf(undefined)("calls.list")).toBeNull());
});
