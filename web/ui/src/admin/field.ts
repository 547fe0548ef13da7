/** What every field of a form has: its label, its fault, whether it is needed, and how it is changed. */

import { fieldHint } from "./fieldHints";
import { fieldId } from "./formFaults";
import { put, type Fields, type JsonSchema, type Path, type Resolved, type Value } from "./jsonSchema";
import { labelIn, labelInside } from "./labels";
import { useAdmin } from "./words";
import { useWriting } from "./writing";

/** Hints stand below, so that the inputs of a row are level. */
const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

export interface FieldProps {
  path: Path;
  schema: JsonSchema;
  value: Value;
  /** Without a label of its own: it stands in a row that has one. */
  bare?: boolean;
  /** Without a frame of its own: the section that it stands in is called the same. */
  alone?: boolean;
  /** What it stands in cannot do without it, as that is now. */
  needed?: boolean;
  /** What else a choice changes of what it stands in. */
  choose?: (fresh: Value) => void;
}

export interface KnownProps extends FieldProps {
  schema: Resolved;
}

/** What every input needs: its label, its fault, whether it is needed, and how it is changed. */
export function useField({ path, schema, needed, choose }: Pick<KnownProps, "path" | "schema" | "needed" | "choose">) {
  const { kind, value: whole, change, faults, root, fixed } = useWriting();
  const { language } = useAdmin();
  const name = String(path.filter(step => typeof step === "string").at(-1) ?? "");
  const here = path.join(".");
  const mine = faults.filter(fault => fault.field === here || fault.field.startsWith(`${here}.`));
  return {
    id: fieldId(path),
    name,
    label: path.length === 1 ? labelIn(kind, name, language) : labelInside(kind, name, language),
    error: mine.map(fault => fault.message).join("; ") || null,
    description: schema.format === "email" ? undefined : fieldHint(kind, name, path.length === 1, language),
    required: needed || (path.length === 1 && (root.required ?? []).includes(name) && !schema.isNullable),
    disabled: path.length === 1 && fixed === name,
    set: choose ?? ((fresh: Value) => change(put(whole, path, fresh) as Fields)),
    language,
  };
}

/** A frame with its name, or none of both where the section has it. */
export const framed = (label: string, alone: boolean | undefined) =>
  alone ? { variant: "unstyled" as const, "aria-label": label } : { legend: label, p: "sm" as const };

export function labels(field: ReturnType<typeof useField>, bare: boolean | undefined) {
  const { id, label, error, description, required, disabled } = field;
  return {
    id,
    ...(bare ? { "aria-label": label } : { label, description }),
    error,
    required: required && !disabled,
    readOnly: disabled,
    variant: disabled ? "filled" : "default",
    inputWrapperOrder: ORDER,
  };
}
