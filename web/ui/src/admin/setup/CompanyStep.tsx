/** The company's name, its country, and the clock that its days are counted by. */

import { TextInput } from "@mantine/core";
import { useState } from "react";

import { put } from "../../api/client";
import { labelIn } from "../labels";
import { usePart, type Part } from "../parts";
import { SPECIAL } from "../SpecialFields";
import { useAdmin } from "../words";
import { StepForm, useStep, type StepProps } from "./StepForm";

const FIELDS = ["name", "country", "time_zone"];
const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

export function CompanyStep(props: StepProps) {
  const { language } = useAdmin();
  const company = usePart("company", "company");
  const [typed, type] = useState<Record<string, unknown>>({});
  const kept = company.data?.value ?? {};
  // A new installation has a name that is no company's, and the clock of wherever it was made.
  const first = props.isDone ? {} : { name: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  const value: Record<string, unknown> = { ...kept, ...first, ...typed };
  const { step, fault, other } = useStep(() => put<Part>("/settings/company", value), props.next);
  return (
    <StepForm {...props} step={step} fault={other(FIELDS)} isReady={company.isSuccess}>
      <TextInput
        label={labelIn("company", "name", language)}
        required
        maxLength={100}
        autoComplete="organization"
        value={String(value["name"] ?? "")}
        error={fault("name")}
        onChange={event => type({ ...typed, name: event.currentTarget.value })}
      />
      {["country", "time_zone"].map(name => {
        const Input = SPECIAL[`company.${name}`];
        const labels = {
          id: `setup-${name}`,
          label: labelIn("company", name, language),
          error: fault(name) ?? null,
          required: false,
          readOnly: false,
          variant: "default",
          inputWrapperOrder: ORDER,
        };
        return (
          Input && (
            <Input
              key={name}
              labels={labels}
              value={value[name]}
              set={chosen => type({ ...typed, [name]: chosen })}
              language={language}
            />
          )
        );
      })}
    </StepForm>
  );
}
