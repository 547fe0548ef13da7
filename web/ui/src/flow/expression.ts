/**
 * Expressions of menus (docs/flows.md) as the rows of a form, and back. What the rows cannot say stays as it is
 * written: a calculation, functions inside functions, brackets.
 */

export const OPERATORS = [
  "is",
  "is_not",
  "starts_with",
  "ends_with",
  "contains",
  "one_of",
  "empty",
  "given",
  "yes",
  "no",
  "more",
  "at_least",
  "less",
  "at_most",
] as const;
export type Operator = (typeof OPERATORS)[number];

/**
 * One row: a variable, how it is compared, and with what; several values only for `one_of`. `isNumber`: equal is what is
 * the same number, as "07" and 7 are.
 */
export interface Comparison {
  fact: string;
  operator: Operator;
  values: string[];
  isNumber?: true;
}

/** Rows of which every one must hold, or any. */
export interface Condition {
  every: boolean;
  rows: Comparison[];
}

/** Operators that need nothing to compare with. */
export const ALONE: readonly Operator[] = ["empty", "given", "yes", "no"];

const COMPARES: Record<string, Operator> = {
  "==": "is",
  "!=": "is_not",
  ">": "more",
  ">=": "at_least",
  "<": "less",
  "<=": "at_most",
};
const SIGNS = Object.fromEntries(Object.entries(COMPARES).map(([sign, operator]) => [operator, sign])) as Partial<
  Record<Operator, string>
>;
const FUNCTIONS: readonly Operator[] = ["contains", "starts_with", "ends_with"];
const TOKEN =
  /\s*(?:("[^"\n]*"|'[^'\n]*')|([0-9]{1,15}(?:\.[0-9]{1,6})?)|([a-z][a-z0-9_]{0,31})|(==|!=|<=|>=|[<>()[\],-]))/y;
const NUMBER = /^-?[0-9]{1,15}(\.[0-9]{1,6})?$/;
const NAME = /^[a-z][a-z0-9_]{0,31}$/;
const WORDS = ["and", "or", "not", "in", "true", "false", "none"];

type Token = { kind: "text" | "number" | "name" | "sign"; text: string };

function tokensOf(text: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null || match.index !== from) return null;
    const [, quoted, number, name, sign] = match;
    if (quoted !== undefined) found.push({ kind: "text", text: quoted.slice(1, -1) });
    else if (number !== undefined) found.push({ kind: "number", text: number });
    else if (name !== undefined) found.push({ kind: "name", text: name });
    else found.push({ kind: "sign", text: sign ?? "" });
  }
  return found;
}

/** The rows that say the same as `text`; null when rows cannot say it. */
export function readCondition(text: string): Condition | null {
  const tokens = tokensOf(text);
  if (tokens === null || tokens.length === 0) return null;
  const rows: Comparison[] = [];
  const words = new Set<string>();
  let place = 0;
  const next = (): Token | undefined => tokens[place++];
  const is = (token: Token | undefined, sign: string) =>
    token?.text === sign && (token.kind === "sign" || token.kind === "name");
  const value = (): { text: string; isNumber: boolean } | null => {
    const token = next();
    if (is(token, "-")) {
      const number = next();
      return number?.kind === "number" ? { text: `-${number.text}`, isNumber: true } : null;
    }
    return token?.kind === "text" || token?.kind === "number"
      ? { text: token.text, isNumber: token.kind === "number" }
      : null;
  };
  const literal = () => value()?.text ?? null;
  const row = (): Comparison | null => {
    const fact = next();
    if (fact?.kind !== "name" || WORDS.includes(fact.text)) return null;
    const sign = next();
    if (is(sign, "(")) return call(fact.text);
    if (is(sign, "in") && is(next(), "[")) return listed(fact.text);
    const operator = sign?.kind === "sign" ? COMPARES[sign.text] : undefined;
    if (operator === undefined) return null;
    if (is(tokens[place], "true") && (operator === "is" || operator === "is_not")) {
      place += 1;
      return { fact: fact.text, operator: operator === "is" ? "yes" : "no", values: [] };
    }
    const found = value();
    if (found === null) return null;
    const kind = found.isNumber && (operator === "is" || operator === "is_not") ? { isNumber: true as const } : {};
    return { fact: fact.text, operator, values: [found.text], ...kind };
  };
  const call = (name: string): Comparison | null => {
    const fact = next();
    if (fact?.kind !== "name" || WORDS.includes(fact.text)) return null;
    if (name === "length") {
      if (!is(next(), ")")) return null;
      const sign = next();
      if (literal() !== "0") return null;
      return is(sign, "==")
        ? { fact: fact.text, operator: "empty", values: [] }
        : is(sign, ">")
          ? { fact: fact.text, operator: "given", values: [] }
          : null;
    }
    const operator = FUNCTIONS.find(one => one === name);
    if (operator === undefined || !is(next(), ",")) return null;
    const part = literal();
    return part !== null && is(next(), ")") ? { fact: fact.text, operator, values: [part] } : null;
  };
  const listed = (fact: string): Comparison | null => {
    const values: string[] = [];
    let numbers = 0;
    if (is(tokens[place], "]") && next()) return { fact, operator: "one_of", values };
    for (;;) {
      const found = value();
      if (found === null) return null;
      values.push(found.text);
      numbers += found.isNumber ? 1 : 0;
      const sign = next();
      if (is(sign, "]"))
        return numbers > 0 && numbers < values.length
          ? null
          : { fact, operator: "one_of", values, ...(numbers > 0 ? { isNumber: true as const } : {}) };
      if (!is(sign, ",")) return null;
    }
  };
  for (;;) {
    const found = row();
    if (found === null) return null;
    rows.push(found);
    const word = next();
    if (word === undefined) return words.size > 1 ? null : { every: !words.has("or"), rows };
    if (!is(word, "and") && !is(word, "or")) return null;
    words.add(word.text);
  }
}

/** The expression that the rows stand for. */
export const writeCondition = ({ every, rows }: Condition): string => rows.map(writeRow).join(every ? " and " : " or ");

function writeRow({ fact, operator, values, isNumber }: Comparison): string {
  const [value = ""] = values;
  const written = (one: string) => (isNumber && NUMBER.test(one) ? one : quoted(one));
  switch (operator) {
    case "empty":
      return `length(${fact}) == 0`;
    case "given":
      return `length(${fact}) > 0`;
    case "yes":
      return `${fact} == true`;
    case "no":
      return `${fact} != true`;
    case "one_of":
      return `${fact} in [${values.map(written).join(", ")}]`;
    case "contains":
    case "starts_with":
    case "ends_with":
      return `${operator}(${fact}, ${quoted(value)})`;
    case "is":
    case "is_not":
      return `${fact} ${SIGNS[operator]} ${written(value)}`;
    default:
      return `${fact} ${SIGNS[operator]} ${NUMBER.test(value) ? value : quoted(value)}`;
  }
}

/** A text as the grammar has it: it knows no escapes, so a text has one kind of quotation mark at most. */
export function quoted(text: string): string {
  const line = text.replaceAll("\n", " ");
  return line.includes("'") ? `"${line.replaceAll('"', "'")}"` : `'${line}'`;
}

export type ValueKind = "text" | "number" | "truth" | "variable" | "calculation";

/** A value as it stands in the document: what it is, and how it is typed into its field. */
export function readValue(value: unknown): { kind: ValueKind; typed: string } {
  if (typeof value === "number") return { kind: "number", typed: String(value) };
  if (typeof value === "boolean") return { kind: "truth", typed: String(value) };
  const text = String(value ?? "");
  const tokens = tokensOf(text);
  const [only] = tokens ?? [];
  if (tokens?.length === 1 && only?.kind === "text") return { kind: "text", typed: only.text };
  if (NUMBER.test(text.trim())) return { kind: "number", typed: text.trim() };
  if (["true", "false"].includes(text.trim())) return { kind: "truth", typed: text.trim() };
  if (NAME.test(text.trim()) && !WORDS.includes(text.trim())) return { kind: "variable", typed: text.trim() };
  return { kind: "calculation", typed: text };
}

/** What stands in the document for what is typed; null while that is no value of its kind. */
export function writeValue(kind: ValueKind, typed: string): string | number | boolean | null {
  switch (kind) {
    case "text":
      return quoted(typed);
    case "number":
      return NUMBER.test(typed.trim()) ? Number(typed) : null;
    case "truth":
      return typed === "true";
    case "variable":
      return NAME.test(typed) && !WORDS.includes(typed) ? typed : null;
    case "calculation":
      return typed.trim() === "" ? null : typed;
  }
}
