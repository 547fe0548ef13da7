import { describe, expect, it } from "vitest";

import { octets, sameKey } from "./push";

describe("the server's key for pushes", () => {
  it("is read from base64url without padding", () => expect([...octets("_-8B")]).toEqual([255, 239, 1]));
  it("is told from another installation's", () => {
    const key = octets("BAECAwQ");
    expect(sameKey(key.buffer, key)).toBe(true);
    expect(sameKey(octets("BAECAwU").buffer, key)).toBe(false);
    expect(sameKey(octets("BAEC").buffer, key)).toBe(false);
    expect(sameKey(null, key)).toBe(false);
  });
});
