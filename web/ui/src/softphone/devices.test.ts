import { expect, test } from "vitest";

import { isOpen, isThere, meant, type Device } from "./devices";

const device = (deviceId: string, groupId: string, kind: Device["kind"] = "audioinput"): Device => ({
  kind,
  deviceId,
  groupId,
  label: deviceId,
});
const CHROMIUM = [
  device("default", "g2"),
  device("desk", "g1"),
  device("headset", "g2"),
  device("screen", "g3", "audiooutput"),
];
const FIREFOX = CHROMIUM.slice(1);

test("the chosen device is meant while it is connected", () => {
  expect(meant(CHROMIUM, "audioinput", "desk")?.deviceId).toBe("desk");
  expect(meant(CHROMIUM, "audioinput", "gone")?.deviceId).toBe("headset");
});

test("without a choice it is the device behind the system's, else the first", () => {
  expect(meant(CHROMIUM, "audioinput", "")?.deviceId).toBe("headset");
  expect(meant(FIREFOX, "audioinput", "")?.deviceId).toBe("desk");
  expect(meant([device("default", "")], "audioinput", "")?.deviceId).toBe("default");
  expect(meant(FIREFOX, "audiooutput", "")?.deviceId).toBe("screen");
});

test("nothing is meant where there is nothing, nor in a list without permission to read it", () => {
  expect(meant([], "audioinput", "desk")).toBeNull();
  expect(meant([device("", "")], "audioinput", "")).toBeNull();
});

test("a device that is gone is not there", () => {
  expect(isThere(CHROMIUM, device("desk", "g1"))).toBe(true);
  expect(isThere(CHROMIUM, device("desk", "g1", "audiooutput"))).toBe(false);
});

test("an open microphone is kept when it is the one that is meant, and only while it lives", () => {
  const desk = device("desk", "g1"),
    headset = device("headset", "g2");
  expect(isOpen(CHROMIUM, "desk", desk, { live: true, deviceId: "desk", groupId: "g1" })).toBe(true);
  expect(isOpen(CHROMIUM, "desk", desk, { live: false, deviceId: "desk", groupId: "g1" })).toBe(false);
  expect(isOpen(CHROMIUM, "desk", desk, { live: true, deviceId: "headset", groupId: "g2" })).toBe(false);
  expect(isOpen(CHROMIUM, "", headset, { live: true, deviceId: "default", groupId: "g2" })).toBe(true);
  expect(isOpen(CHROMIUM, "", headset, { live: true, deviceId: "default", groupId: "g1" })).toBe(false);
});

test("a browser that does not say what the system chooses is believed", () => {
  expect(isOpen(FIREFOX, "", device("desk", "g1"), { live: true, deviceId: "headset", groupId: "g2" })).toBe(true);
});
