import { expect, test } from "vitest";

import { isOther } from "./build";

const sent = (entry: string) =>
  `<!doctype html><head><script type="module" crossorigin src="/assets/${entry}"></script></head>`;

test("the same entry is the same build", () => expect(isOther(sent("index-a1.js"), "/assets/index-a1.js")).toBe(false));
test("another entry is another build", () => expect(isOther(sent("index-b2.js"), "/assets/index-a1.js")).toBe(true));
test("what is no page of ours, such as a proxy's apology, is no build", () =>
  expect(isOther("<h1>Bad gateway</h1>", "/assets/index-a1.js")).toBe(false));
