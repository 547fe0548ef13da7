/** One of the menu's variables, by what it means where the house has a word for it. */

import { Select } from "@mantine/core";

import { useNames } from "./words";

interface Given {
  label: string;
  value: string;
  variables: string[];
  error?: string;
  change: (name: string) => void;
}

export function VariableSelect({ label, value, variables, error, change }: Given) {
  const variable = useVariableName();
  const known = variables.includes(value) || value === "" ? variables : [value, ...variables];
  return (
    <Select
      aria-label={label}
      data={known.map(name => ({ value: name, label: variable(name) }))}
      value={value || null}
      searchable
      allowDeselect={false}
      error={error}
      comboboxProps={{ withinPortal: true }}
      onChange={next => next !== null && change(next)}
    />
  );
}

/** What a variable is called: `number` is the caller's number, `order` is order. */
export function useVariableName(): (name: string) => string {
  const named = useNames();
  return name => {
    const said = named(`var_${name}`);
    return said === `var_${name}` ? name : said;
  };
}
