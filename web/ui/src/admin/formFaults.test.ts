import { expect, test } from "vitest";

import { fieldTrail } from "./formFaults";

test("a field of a list is called by its row, counted from one", () => {
  expect(fieldTrail("queues", "members.1.login", "en")).toBe("Agents 2: User name");
  expect(fieldTrail("queues", "members.1.login", "es")).toBe("Agentes 2: Usuario");
});

test("a field at the top is called as its label says", () => {
  expect(fieldTrail("queues", "name", "en")).toBe("Short name");
  expect(fieldTrail("people", "emails.0", "en")).toBe("Emails 1");
});
