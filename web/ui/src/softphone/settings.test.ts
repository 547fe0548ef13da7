import { describe, expect, it } from "vitest";

import { constraints, parseSettings } from "./settings";

describe("settings", () => {
  it("are off in a browser that knows nothing", () => expect(parseSettings(null).on).toBe(false));
  it.each(["nonsense", "null", "3", '{"on":"yes","colour":1}'])("survive %j", stored =>
    expect(parseSettings(stored)).toEqual(parseSettings(null)),
  );
  it("are read back", () =>
    expect(parseSettings('{"on":true,"microphone":"m"}')).toMatchObject({
      on: true,
      microphone: "m",
      speaker: "",
      cleansed: true,
    }));
  it("leave the device to the system when none was chosen", () =>
    expect(constraints(parseSettings(null), [])).not.toHaveProperty("deviceId"));
  it("insist on the chosen device while it is there, and on nothing when it is gone", () => {
    const chosen = parseSettings('{"microphone":"m"}');
    expect(constraints(chosen, [{ kind: "audioinput", deviceId: "m" }])).toMatchObject({ deviceId: { exact: "m" } });
    expect(constraints(chosen, [{ kind: "audiooutput", deviceId: "m" }])).not.toHaveProperty("deviceId");
  });
});
