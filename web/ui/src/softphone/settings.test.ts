import { describe, expect, it } from "vitest";

import { constraints, parseSettings } from "./settings";

describe("settings", () => {
  it("are off in a browser that knows nothing", () => expect(parseSettings(null).on).toBe(false));
  it.each(["nonsense", "null", "3", '{"on":"yes","colour":1}'])("survive %j", (stored) => expect(parseSettings(stored)).toEqual(parseSettings(null)));
  it("are read back", () => expect(parseSettings('{"on":true,"microphone":"m"}')).toMatchObject({ on: true, microphone: "m", speaker: "", cleansed: true }));
  it("leave the device to the system when none was chosen", () => expect(constraints(parseSettings(null))).not.toHaveProperty("deviceId"));
});
