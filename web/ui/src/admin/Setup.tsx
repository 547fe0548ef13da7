/** The first run: five steps, each with a sensible default, gone on with where one stopped. */

import { Alert, Button, Group, NativeSelect, Paper, Progress, Stack, Stepper, Text, TextInput, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getCountryCallingCode, isSupportedCountry } from "libphonenumber-js";
import { useEffect, useState, type FormEvent } from "react";
import { Link } from "react-router";

import { ApiError, post, put } from "../api/client";
import { PasswordForm } from "./Account";
import { choiceLabel, fieldLabel } from "./labels";
import { PasswordsTold } from "./PersonAside";
import { useLookAgain, useParts, usePart, type Part, type Written } from "./parts";
import { useSetup, type SetupState } from "./useSetup";
import { useAdmin, type AdminWord } from "./words";

const STEPS: { key: keyof SetupState; title: AdminWord; hint: AdminWord }[] = [
  { key: "company", title: "stepCompany", hint: "stepCompanyHint" },
  { key: "administrator", title: "stepAdministrator", hint: "stepAdministratorHint" },
  { key: "number", title: "stepNumber", hint: "stepNumberHint" },
  { key: "colleague", title: "stepColleague", hint: "stepColleagueHint" },
  { key: "test_call", title: "stepCall", hint: "stepCallHint" },
];
const LOOK_MS = 3000;

export default function Setup() {
  const { a } = useAdmin();
  const queries = useQueryClient();
  const setup = useSetup(true, LOOK_MS);
  const [step, setStep] = useState<number | null>(null);
  const open = setup.data ? STEPS.findIndex(({ key }) => !setup.data[key]) : 0;
  useEffect(() => {
    if (step === null && setup.isSuccess) setStep(open === -1 ? STEPS.length : open);
  }, [setup.isSuccess, open, step]);
  const at = step ?? 0;
  const done = setup.data ? STEPS.filter(({ key }) => setup.data[key]).length : 0;
  const next = () => {
    void queries.invalidateQueries({ queryKey: ["setup"] });
    setStep(at + 1);
  };
  const here = STEPS[at];
  return (
    <Stack maw={900}>
      <Title order={1} size="h2">{a("welcome")}</Title>
      <Text c="dimmed">{a("welcomeHint")}</Text>
      <Group wrap="nowrap"><Progress className="grow" aria-label={a("setup")} value={(100 * done) / STEPS.length} /><Text size="sm" className="nowrap">{a("stepOf", { done, all: STEPS.length })}</Text></Group>
      <Stepper active={at} onStepClick={setStep} size="sm" orientation="vertical" allowNextStepsSelect>
        {STEPS.map(({ key, title, hint }, place) => <Stepper.Step key={key} label={a(title)} description={place === at ? a(hint) : undefined} {...(setup.data?.[key] ? { completedIcon: <IconCircleCheck size={18} />, icon: <IconCircleCheck size={18} /> } : {})} />)}
      </Stepper>
      {here
        ? (
          <Paper withBorder p="md" component="section">
            <Title order={2} size="h3" mb="sm">{a(here.title)}</Title>
            {here.key === "company" && <CompanyStep next={next} />}
            {here.key === "administrator" && <Stack><PasswordForm done={next} /><Group><Skip next={next} /></Group></Stack>}
            {here.key === "number" && <NumberStep next={next} />}
            {here.key === "colleague" && <ColleagueStep next={next} />}
            {here.key === "test_call" && <Stack><Text>{a("stepCallHint")}</Text><Group><Button component={Link} to="/phone">{a("goPhone")}</Button>{setup.data?.test_call ? <Button variant="default" onClick={next}>{a("next")}</Button> : <Skip next={next} />}</Group></Stack>}
          </Paper>
        )
        : <Alert color="green" icon={<IconCircleCheck size={20} aria-hidden="true" />}>{a("finish")}</Alert>}
    </Stack>
  );
}

function Skip({ next }: { next: () => void }) {
  const { a } = useAdmin();
  return <Button variant="subtle" onClick={next}>{a("skipStep")}</Button>;
}

function useStep(write: () => Promise<unknown>, next: () => void) {
  const again = useLookAgain();
  const step = useMutation({
    mutationFn: write,
    onSuccess: () => {
      again();
      next();
    },
  });
  const faults = step.error instanceof ApiError ? step.error.faults : [];
  const fault = (field: string) => faults.find((one) => one.field.split(".")[0] === field)?.message;
  const other = step.isError && faults.every((one) => one.field === "") ? step.error.message : null;
  return { step, fault, other };
}

function CompanyStep({ next }: { next: () => void }) {
  const { a, language } = useAdmin();
  const company = usePart("company", "company");
  const [typed, type] = useState<{ name?: string; time_zone?: string }>({});
  const value = { ...company.data?.value, ...typed };
  const { step, fault, other } = useStep(() => put<Part>("/settings/company", value), next);
  return (
    <form onSubmit={(event: FormEvent) => { event.preventDefault(); step.mutate(); }}>
      <Stack>
        <TextInput label={fieldLabel("name", language)} value={String(value["name"] ?? "")} error={fault("name")} onChange={(event) => type({ ...typed, name: event.currentTarget.value })} />
        <TextInput label={fieldLabel("time_zone", language)} value={String(value["time_zone"] ?? "")} error={fault("time_zone")} onChange={(event) => type({ ...typed, time_zone: event.currentTarget.value })} />
        {other && <Text c="red" role="alert">{other}</Text>}
        <Group><Button type="submit" loading={step.isPending} disabled={!company.isSuccess}>{a("next")}</Button></Group>
      </Stack>
    </form>
  );
}

/** "+34" for Spain; a plus where the country is not known. */
function dialCode(country: string): string {
  return isSupportedCountry(country) ? `+${getCountryCallingCode(country)}` : "+";
}

/** A group and who it rings. */
function groupLabel(group: Part, people: Part[]): string {
  const extensions = (group.value["extensions"] ?? []) as string[];
  const named = extensions.map((extension) => String(people.find((one) => one.value["extension"] === extension)?.value["name"] ?? extension));
  return `${group.name} (${named.join(", ")})`;
}

function NumberStep({ next }: { next: () => void }) {
  const { a, language } = useAdmin();
  const groups = useParts("ring_groups", { limit: 100 });
  const people = useParts("people", { limit: 500 });
  const [number, setNumber] = useState<string | null>(null);
  const [chosen, choose] = useState("");
  const company = usePart("company", "company");
  const written = number ?? dialCode(String(company.data?.value["country"] ?? ""));
  const target = chosen || String(groups.data?.items[0]?.name ?? "");
  const { step, fault, other } = useStep(() => post<Part>("/settings/numbers", { number: written.replace(/[\s()-]/g, ""), destination: { kind: "ring_group", target } }), next);
  return (
    <form onSubmit={(event) => { event.preventDefault(); step.mutate(); }}>
      <Stack>
        <TextInput label={fieldLabel("number", language)} type="tel" value={written} error={fault("number")} onChange={(event) => setNumber(event.currentTarget.value)} />
        <NativeSelect label={choiceLabel("ring_group", language)} value={target} data={(groups.data?.items ?? []).map((one) => ({ value: one.name, label: groupLabel(one, people.data?.items ?? []) }))} error={fault("destination")} onChange={(event) => choose(event.currentTarget.value)} />
        {other && <Text c="red" role="alert">{other}</Text>}
        <Group><Button type="submit" loading={step.isPending} disabled={target === ""}>{a("next")}</Button><Skip next={next} /></Group>
      </Stack>
    </form>
  );
}

function ColleagueStep({ next }: { next: () => void }) {
  const { a, language } = useAdmin();
  const people = useParts("people", { limit: 500 });
  const again = useLookAgain();
  const free = String(Math.max(100, ...(people.data?.items ?? []).map((one) => Number(one.value["extension"]))) + 1);
  const [fields, set] = useState({ name: "", login: "", extension: "" });
  const value = { ...fields, extension: fields.extension || free };
  const make = useMutation({ mutationFn: () => post<Written>("/settings/people", value), onSuccess: again });
  const faults = make.error instanceof ApiError ? make.error.faults : [];
  const fault = (field: string) => faults.find((one) => one.field === field)?.message;
  if (make.data?.passwords) return <PasswordsTold passwords={make.data.passwords} done={next} />;
  const nameIt = (name: string) => set({ ...fields, name, login: name.normalize("NFD").replace(/[^A-Za-z0-9 ]/g, "").trim().toLowerCase().replace(/\s+/g, ".") });
  return (
    <form onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
      <Stack>
        <TextInput label={fieldLabel("name", language)} value={fields.name} error={fault("name")} onChange={(event) => nameIt(event.currentTarget.value)} />
        <TextInput label={fieldLabel("login", language)} value={fields.login} error={fault("login")} onChange={(event) => set({ ...fields, login: event.currentTarget.value })} />
        <TextInput label={fieldLabel("extension", language)} value={value.extension} error={fault("extension")} onChange={(event) => set({ ...fields, extension: event.currentTarget.value })} />
        {make.isError && faults.length === 0 && <Text c="red" role="alert">{make.error.message}</Text>}
        <Group><Button type="submit" loading={make.isPending} disabled={fields.name === ""}>{a("newOne", { what: a("onePeople") })}</Button><Skip next={next} /></Group>
      </Stack>
    </form>
  );
}
