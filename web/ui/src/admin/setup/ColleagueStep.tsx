/** The first person beside the administrator, whose telephone rings with the reception's. */

import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";

import { get, post, put } from "../../api/client";
import { labelIn } from "../labels";
import { PasswordsTold } from "../PersonAside";
import { useParts, usePart, type Part, type Written } from "../parts";
import { shortName } from "../shortName";
import { useAdmin } from "../words";
import { StepForm, useStep, type StepProps } from "./StepForm";

const FIELDS = ["name", "login", "extension"] as const;

export function ColleagueStep(props: StepProps) {
  const { a, language } = useAdmin();
  const people = useParts("people", { limit: 500 });
  const company = usePart("company", "company");
  const reception = usePart("ring_groups", company.data ? String(company.data.value["reception"]) : null);
  const free = String(Math.max(100, ...(people.data?.items ?? []).map(one => Number(one.value["extension"]))) + 1);
  const isKnown = !people.isLoading && !company.isLoading && !reception.isLoading;
  const [fields, set] = useState({ name: "", login: "", extension: "" });
  const [rings, setRings] = useState(true);
  const [made, setMade] = useState<Written | null>(null);
  const value = { ...fields, login: fields.login || shortName(fields.name, "."), extension: fields.extension || free };

  async function write() {
    const person = made ?? (await post<Written>("/settings/people", { ...value, language }));
    setMade(person);
    if (!rings || reception.data === undefined) return;
    const path = `/settings/ring_groups/${encodeURIComponent(reception.data.name)}`;
    const group = await get<Part>(path);
    const extensions = [...((group.value["extensions"] ?? []) as string[]), String(person.value["extension"])];
    await put<Part>(`${path}?version=${group.version}`, { ...group.value, extensions });
  }
  const { step, fault, other } = useStep(write, () => undefined);
  if (step.isSuccess && made?.passwords) return <PasswordsTold passwords={made.passwords} done={props.next} />;
  return (
    <StepForm
      {...props}
      step={step}
      fault={other([...FIELDS])}
      action={a("newOne", { what: a("onePeople") })}
      isReady={fields.name.trim() !== "" && isKnown}
    >
      {FIELDS.map(name => (
        <TextInput
          key={name}
          label={labelIn("people", name, language)}
          required
          autoComplete="off"
          maxLength={name === "name" ? 100 : 64}
          value={name === "name" ? fields.name : value[name]}
          error={fault(name)}
          onChange={event => set({ ...fields, [name]: event.currentTarget.value })}
        />
      ))}
      {reception.data && (
        <Checkbox label={a("ringsToo")} checked={rings} onChange={event => setRings(event.currentTarget.checked)} />
      )}
    </StepForm>
  );
}
