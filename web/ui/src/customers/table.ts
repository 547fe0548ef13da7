/** A table of customers as a file has it, made into the one that the server reads (RFC 4180). */

export const COLUMNS = ["name", "company", "numbers", "language", "responsible", "email", "vip", "id"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Table {
  heads: string[];
  rows: { line: number; cells: string[] }[];
}

/** What columns are usually called, without capitals and accents. */
const CALLED: Record<Column, string[]> = {
  name: ["name", "nombre", "full name", "nombre completo", "cliente", "customer", "contacto", "contact"],
  company: ["company", "empresa", "compania", "organization", "organizacion", "firma"],
  numbers: [
    "numbers",
    "number",
    "phone",
    "phones",
    "telefono",
    "telefonos",
    "numero",
    "numeros",
    "movil",
    "mobile",
    "tel",
  ],
  language: ["language", "idioma", "lengua"],
  responsible: ["responsible", "responsable", "owner", "agente", "agent"],
  email: ["email", "e-mail", "mail", "correo", "correo electronico"],
  vip: ["vip"],
  id: ["id"],
};

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();

/** The bytes as text: UTF-8, or what Excel writes where it is not. */
export function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The records of a text: commas or semicolons, quoted cells, any line ends; lines without a cell are left out. */
export function parseTable(text: string): Table {
  const first = text.split("\n", 1)[0] ?? "";
  const separator = first.includes("\t") ? "\t" : first.split(";").length > first.split(",").length ? ";" : ",";
  const records: Table["rows"] = [];
  let [cells, cell, quoted, line, begun]: [string[], string, boolean, number, number] = [[], "", false, 1, 1];
  const endRecord = () => {
    cells.push(cell);
    if (cells.some(one => one.trim() !== "")) records.push({ line: begun, cells });
    [cells, cell] = [[], ""];
  };
  for (let place = text.startsWith("\ufeff") ? 1 : 0; place < text.length; place += 1) {
    const sign = text[place] ?? "";
    if (sign === "\n") line += 1;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && text[place + 1] === "\n") continue;
      endRecord();
      begun = line;
    } else cell += sign;
  }
  endRecord();
  const [head, ...rows] = records;
  return { heads: (head?.cells ?? []).map(one => one.trim()), rows };
}

/** What each column of the file is taken for; null: left out. Each of ours once. */
export function guessed(heads: string[]): (Column | null)[] {
  const used = new Set<Column>();
  return heads.map(head => {
    const found = COLUMNS.find(column => !used.has(column) && CALLED[column].includes(plain(head)));
    if (found) used.add(found);
    return found ?? null;
  });
}

/** The table with our columns only, as the server reads it: its line N + 2 is row N. */
export function written(table: Table, columns: (Column | null)[]): string {
  const kept = columns.flatMap((column, place) => (column === null ? [] : [{ column, place }]));
  const quote = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const oneLine = (text: string, column: Column) =>
    text.trim().replace(/\s*[\r\n]+\s*/g, column === "numbers" ? " | " : " ");
  const line = (cells: string[]) => cells.map(quote).join(",");
  const body = table.rows.map(({ cells }) =>
    line(kept.map(({ column, place }) => oneLine(cells[place] ?? "", column))),
  );
  return [line(kept.map(({ column }) => column)), ...body, ""].join("\n");
}

/** The line of the file, and the column, that the server's "line 4: numbers" is about; null for what is of no line. */
export function faultPlace(table: Table, field: string): { line: number; column: string } | null {
  const found = /^line (\d+): (\w+)/.exec(field);
  const row = found && table.rows[Number(found[1]) - 2];
  return row ? { line: row.line, column: found[2] ?? "" } : null;
}
