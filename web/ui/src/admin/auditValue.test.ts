import { expect, it } from "vitest";

import { auditValue, differing } from "./auditValue";

it("writes words instead of codes", () => {
  expect(auditValue("strategy", "ring_all", "es")).toBe("Todos a la vez");
  expect(auditValue("callback", true, "en")).toBe("yes");
  expect(auditValue("overflow", { kind: "voicemail", target: "100" }, "es")).toBe("Buzón de voz 100");
  expect(auditValue("members", [{ login: "ana", penalty: 0, skills: {} }, { login: "luis" }], "es")).toBe("ana, luis");
  expect(auditValue("hours", { weekly: { "mon-fri": ["09:00-14:00"] }, holidays: "", switch: null }, "en")).toContain(
    "09:00-14:00",
  );
});

it("leaves what somebody typed as it is, and says when there is nothing", () => {
  expect(auditValue("title", "queue", "es")).toBe("queue");
  expect(auditValue("caller_id", null, "es")).toBe("–");
  expect(auditValue("text", "x".repeat(400), "es")).toHaveLength(161);
});

it("days, people and roles are said in words", () => {
  const names = {
    person: (login: string) => (login === "ana" ? "Ana" : login),
    queue: (name: string) => (name === "sales" ? "Ventas" : name),
    role: () => "Jefa de turno",
  };
  expect(auditValue("hours", { weekly: { "mon-fri": ["09:00-14:00"] }, holidays: "ES" }, "es", names)).toBe(
    "Semana: lunes–viernes: 09:00-14:00; Festivos: ES",
  );
  expect(auditValue("members", [{ login: "ana", penalty: 0 }, { login: "eva" }], "es", names)).toBe("Ana, eva");
  expect(auditValue("destination", { kind: "queue", target: "sales" }, "es", names)).toBe("Cola Ventas");
  expect(auditValue("role", "shift_lead", "es", names)).toBe("Jefa de turno");
  expect(auditValue("role", "agent", "es", names)).toBe("Agente");
});

it("the same code is said as its part means it", () => {
  expect(auditValue("everyday", ["national", "mobile"], "es", undefined, "company")).toBe("Nacionales, Móviles");
  expect(auditValue("number_format", "national", "es", undefined, "trunks")).toBe("Como se marca en el país");
  expect(auditValue("permissions", { "calls.list": "all", recordings: "none" }, "es", undefined, "roles")).toBe(
    "Llamadas · Ver la lista: todo; Grabaciones: no",
  );
  expect(auditValue("shared_with", ["luis", "department:Ventas"], "en")).toBe("luis, Department Ventas");
  expect(
    auditValue("overflow_when", { no_agents: { kind: "voicemail", target: "100" } }, "es", undefined, "queues"),
  ).toBe("No hay agentes: Buzón de voz 100");
});

it("of many fields in one only those are shown that differ", () => {
  expect(
    differing(
      { attempts: 3, ring_s: 30, to: { kind: "queue", target: "a" } },
      { attempts: 5, ring_s: 30, to: { kind: "queue", target: "b" } },
    ),
  ).toEqual([
    { attempts: 3, to: { kind: "queue", target: "a" } },
    { attempts: 5, to: { kind: "queue", target: "b" } },
  ]);
  expect(differing(null, { a: 1 })).toEqual([null, { a: 1 }]);
  expect(differing([1], [1, 2])).toEqual([[1], [1, 2]]);
});
