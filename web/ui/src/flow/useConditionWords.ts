/** A condition in words, for the card of its step: "caller's number begins with +34". */

import { ALONE, readCondition } from "./expression";
import { useVariableName } from "./VariableSelect";
import { useFlowWords, useNames } from "./words";

export function useConditionWords(): (text: string) => string {
  const t = useFlowWords();
  const named = useNames();
  const variable = useVariableName();
  return text => {
    const condition = readCondition(text);
    if (condition === null) return text;
    const said = condition.rows.map(({ fact, operator, values }) =>
      [variable(fact), named(`op_${operator}`), ...(ALONE.includes(operator) ? [] : [values.join(", ")])].join(" "),
    );
    return said.join(` ${condition.every ? t("and") : t("or")} `);
  };
}
