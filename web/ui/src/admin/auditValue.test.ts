import { expect, it } from "vitest";

import { auditValue } from "./auditValue";

it("writes words instead of codes", () => {
  expect(auditValue("strategy", "ring_all", "es")).toBe("Todos a la vez");
  expect(auditValue("callback", true, "en")).toBe("yes");
  expect(auditValue("overflow", { kind: "voicemail", target: "100" }, "es")).toBe("Buzón de voz 100");
  expect(auditValue("members", [{ login: "ana", penalty: 0, skills: {} }, { login: "luis" }], "es")).toBe("ana, luis");
  expect(auditValue("hours", { weekly: { "mon-fri": ["09:00-14:00"] }, holidays: "", switch: null }, "en")).toContain("09:00-14:00");
});

it("leaves what somebody typed as it is, and says when there is nothing", () => {
  expect(auditValue("title", "queue", "es")).toBe("queue");
  expect(auditValue("caller_id", null, "es")).toBe("–");
  expect(auditValue("text", "x".repeat(400), "es")).toHaveLength(161);
});

it("days, people and roles are said in words", () => {
  const names = { person: (login: string) => (login === "ana" ? "Ana" : login), queue: (name: string) => (name === "sales" ? "Ventas" : name), role: () => "Jefa de turno" };
  expect(auditValue("hours", { weekly: { "mon-fri": ["09:00-14:00"] }, holidays: "ES" }, "es", names)).toBe("Semana: lunes–viernes: 09:00-14:00; Festivos: ES");
  expect(auditValue("members", [{ login: "ana", penalty: 0 }, { login: "eva" }], "es", names)).toBe("Ana, eva");
  expect(auditValue("destination", { kind: "queue", target: "sales" }, "es", names)).toBe("Cola Ventas");
  expect(auditValue("role", "shift_lead", "es", names)).toBe("Jefa de turno");
  expect(auditValue("role", "agent", "es", names)).toBe("Agente");
});
