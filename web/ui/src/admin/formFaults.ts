/** From what the server finds wrong to the field of the form where it is put right. */

import { fieldLabel, labelIn, labelInside } from "./labels";

const INPUTS = "input:not([type=hidden]), textarea, select, button";

/** The id of a field's input, or of the frame around its inputs. */
export const fieldId = (path: (string | number)[]) => `field-${path.join(".")}`;

/** What people read of a field as the API names it: `members.1.login` is "Agents 2: User name". */
export function fieldTrail(kind: string, field: string, language: "es" | "en"): string {
  const steps = field.split(".");
  const said = steps
    .slice(1)
    .reduce<string[]>(
      (trail, step) =>
        /^\d+$/.test(step)
          ? [...trail.slice(0, -1), `${trail.at(-1)} ${Number(step) + 1}`]
          : [...trail, labelInside(kind, step, language)],
      [labelIn(kind, steps[0] ?? "", language)],
    );
  return said.length > 1 ? `${said[0]}: ${said.at(-1)}` : (said[0] ?? fieldLabel(field, language));
}

/** The keyboard goes to the field, or to the nearest thing that holds it. */
export function goToField(field: string): void {
  const steps = field.split(".");
  for (let length = steps.length; length > 0; length--) {
    const found = document.getElementById(fieldId(steps.slice(0, length)));
    if (found === null) continue;
    const input = found.matches(INPUTS)
      ? found
      : (found.querySelector<HTMLElement>("[aria-invalid=true]") ?? found.querySelector<HTMLElement>(INPUTS) ?? found);
    input.scrollIntoView({ block: "center" });
    input.focus({ preventScroll: true });
    return;
  }
  document.querySelector<HTMLElement>("[aria-invalid=true], [data-error]")?.focus();
}
