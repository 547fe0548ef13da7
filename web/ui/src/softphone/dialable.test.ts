import { describe, expect, it } from "vitest";

import { dialable } from "./dialable";

describe("dialable", () => {
  it.each([
    ["102", "102"],
    ["*43", "*43"],
    ["#1*", "#1*"],
    [" 600 11 12 22 ", "600111222"],
    ["+34 600-111-222", "+34600111222"],
    ["tel:+34600111222", "+34600111222"],
    ["tel:+34-600-111-222;ext=5", "+34600111222"],
    ["sip:102@office.example", "102"],
    ["+44 (0)20 7946 0123", "+442079460123"],
    ["(020) 7946.0123", "02079460123"],
    ["６００", "600"],
    ["\u202a+34 600 111 222\u202c", "+34600111222"],
  ])("reads %j", (text, number) => expect(dialable(text)).toBe(number));

  it.each(["", "Carmen", "12a", "+", "++34", "3+4", "1".repeat(41)])("refuses %j", text =>
    expect(dialable(text)).toBeNull(),
  );
});
