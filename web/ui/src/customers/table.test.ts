import { expect, test } from "vitest";

import { decoded, faultPlace, guessed, parseTable, written } from "./table";

const FILE =
  '\ufeffNombre;Teléfono;Notas;Empresa\r\n"Ruiz; ""Carmen""";600 111 222;x;Sol\r\n\r\nEva;"600333444\n600333445";;\r\n';

test("a table as Excel saves it is read, and its columns are known by their names", () => {
  const table = parseTable(FILE);
  expect(table.heads).toEqual(["Nombre", "Teléfono", "Notas", "Empresa"]);
  expect(table.rows.map(row => row.line)).toEqual([2, 4]);
  expect(table.rows[0]?.cells).toEqual(['Ruiz; "Carmen"', "600 111 222", "x", "Sol"]);
  expect(guessed(table.heads)).toEqual(["name", "numbers", null, "company"]);
  expect(guessed(["name", "Nombre"])).toEqual(["name", null]);
});

test("what the server gets has our columns, one line for each row", () => {
  const table = parseTable(FILE);
  expect(written(table, ["name", "numbers", null, "company"])).toBe(
    'name,numbers,company\n"Ruiz; ""Carmen""",600 111 222,Sol\nEva,600333444 | 600333445,\n',
  );
});

test("a fault is told by the line of the file", () => {
  const table = parseTable(FILE);
  expect(faultPlace(table, "line 3: numbers")).toEqual({ line: 4, column: "numbers" });
  expect([faultPlace(table, "file"), faultPlace(table, "line 99: name")]).toEqual([null, null]);
});

test("what is not UTF-8 is read as Excel writes it", () => {
  expect(decoded(new Uint8Array([0x50, 0xe9, 0x72, 0x65, 0x7a]).buffer)).toBe("Pérez");
  expect(decoded(new TextEncoder().encode("Pérez").buffer as ArrayBuffer)).toBe("Pérez");
});

test("an empty file has neither heads nor rows", () => {
  expect(parseTable("")).toEqual({ heads: [], rows: [] });
});
