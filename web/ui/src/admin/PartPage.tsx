/** One part of the company in a form: what is wrong stands where it is wrong; older versions are at hand. */

import {
  Accordion,
  Alert,
  Button,
  Divider,
  Group,
  Paper,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft, IconLock, IconUsers } from "@tabler/icons-react";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";

import { ApiError } from "../api/client";
import { Failure } from "../components/Failure";
import { useRights } from "../live/may";
import Closed from "./Closed";
import { at, initial, type Fields, type JsonSchema } from "./jsonSchema";
import { fieldLabel, isNamedPart } from "./labels";
import { LAYOUTS } from "./layouts";
import { kindWord } from "./PartList";
import { PartHistory } from "./PartHistory";
import { isSingle, useDelete, useForms, usePart, useWrite, type Part, type Passwords, type Written } from "./parts";
import { FormRefusal, Refusal } from "./Refusal";
import { SchemaField } from "./SchemaFields";
import { shortName } from "./shortName";
import { useAdmin } from "./words";
import { WritingContext } from "./writing";

export interface Extras {
  /** Beside the form of a part that is there. */
  aside?: (part: Written) => ReactNode;
  /** What stands in the place of all other fields. */
  body?: (value: Fields, change: (value: Fields) => void, faults: { field: string; message: string }[]) => ReactNode;
  /** Below the fields: what they come to. */
  below?: () => ReactNode;
  /** What is told once after a part was written. */
  told?: (passwords: Passwords, done: () => void) => ReactNode;
}

/** What a person can be taken out of together with the removal. */
const DETACHED = /^(queues|ring_groups)\//;

/** Where calls that nobody answers go on to: the company's voicemail, until somebody says otherwise. */
const LEADS_ON: Record<string, string> = { queues: "overflow", ring_groups: "fallback" };

function fresh(kind: string, form: JsonSchema, box: unknown): Fields {
  const value = initial(form, form) as Fields;
  const field = LEADS_ON[kind];
  return field === undefined || typeof box !== "string"
    ? value
    : { ...value, [field]: { kind: "voicemail", target: box } };
}

export function PartPage({ kind, name, extras = {} }: { kind: string; name: string | null; extras?: Extras }) {
  const forms = useForms();
  const { a } = useAdmin();
  const { may } = useRights();
  const isClosed = !may(`settings.${kind}.${name === null && !isSingle(kind) ? "create" : "read"}`);
  const part = usePart(kind, isClosed ? null : isSingle(kind) ? kind : name);
  const form = forms.data?.items.find(one => one.kind === kind);
  const leads = name === null && kind in LEADS_ON;
  const company = usePart("company", leads ? "company" : null);
  if (isClosed) return <Closed title={kindWord(a, kind)} />;
  const failed = [forms, part].find(one => one.isError);
  if (failed)
    return (
      <Stack>
        <Title order={1} size="h2">
          {kindWord(a, kind)}
        </Title>
        <Failure error={failed.error} retry={() => void failed.refetch()} />
      </Stack>
    );
  if (form === undefined || (part.isPending && (name !== null || isSingle(kind))) || (leads && company.isLoading))
    return (
      <Stack role="status">
        {[0, 1, 2].map(row => (
          <Skeleton key={row} height={96} />
        ))}
      </Stack>
    );
  const known = part.data;
  const value = known?.value ?? fresh(kind, form.form, company.data?.value["company_voicemail"]);
  return (
    <PartForm
      key={`${kind}/${name}`}
      kind={kind}
      name={name}
      named={form.named_by}
      schema={form.form}
      value={value}
      part={known ?? null}
      extras={extras}
    />
  );
}

interface FormProps {
  kind: string;
  name: string | null;
  named: string;
  schema: JsonSchema;
  value: Fields;
  part: Written | null;
  extras: Extras;
}

function PartForm({ kind, name, named, schema, value: first, part, extras }: FormProps) {
  const { a } = useAdmin();
  const navigate = useNavigate();
  const [value, set] = useState(first);
  const [begun, begin] = useState({ part, value: first });
  const isChanged = value !== begun.value;
  const isBehind = part !== null && begun.part !== null && part.version > begun.part.version;
  const startFrom = (saved: Part, changes: Fields | null = null) => {
    begin({ part: saved, value: saved.value });
    set(changes === null ? saved.value : { ...saved.value, ...changes });
  };
  useEffect(() => {
    if (isBehind && !isChanged) startFrom(part);
  }, [isBehind, isChanged]); // eslint-disable-line
  const change = (fresh: Fields) => set(name === null ? withShortName(kind, value, fresh) : fresh);
  const [told, setTold] = useState<Passwords | null>(null);
  const write = useWrite(kind, isSingle(kind) ? kind : name, begun.part?.version);
  const error = write.error instanceof ApiError ? write.error : null;
  // What has been put right is no longer said to be wrong; a list is written as its field is left, and nothing may move
  // then under a pointer that is on its way to the button.
  const isMended = (field: string) =>
    !Array.isArray(at(value, field)) && at(value, field) !== at(write.variables ?? value, field);
  const faults = (error?.faults ?? []).filter(fault => !isMended(fault.field));
  const { may } = useRights();
  const mayWrite = may(`settings.${kind}.${part === null ? "create" : "change"}`);
  useHotkeys(
    [
      [
        "mod+S",
        event => {
          event.preventDefault();
          if (mayWrite && !write.isPending && (isChanged || part === null)) save();
        },
      ],
    ],
    [],
  );
  useEffect(() => {
    if (faults.length > 0) document.querySelector<HTMLElement>("[aria-invalid=true], [data-error]")?.focus();
  }, [error]); // eslint-disable-line

  function save() {
    write.mutate(value, {
      onSuccess: written => {
        begin({ part: written, value: written.value });
        set(now => (now === value ? written.value : now));
        notifications.show({ message: a("saved"), color: "green" });
        if (written.passwords && (written.passwords.page || written.passwords.telephone)) {
          setTold(written.passwords);
          window.scrollTo({ top: 0 });
        } else if (name === null && !isSingle(kind))
          void navigate(`/settings/${kind}/${encodeURIComponent(written.name)}`, { replace: true });
      },
    });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    save();
  }
  const heading = isSingle(kind)
    ? kindWord(a, kind)
    : name === null
      ? a("newOne", { what: kindWord(a, kind, "one") })
      : String(value["title"] || value["name"] || name);
  return (
    <Stack maw={1100}>
      {!isSingle(kind) && (
        <Link to={`/settings/${kind}`} className="number-link">
          <Group gap={4}>
            <IconArrowLeft size={16} aria-hidden="true" />
            {kindWord(a, kind)}
          </Group>
        </Link>
      )}
      <div>
        <Title order={1} size="h2">
          {heading}
        </Title>
        {isSingle(kind) && <Text c="dimmed">{kindWord(a, kind, "about")}</Text>}
      </div>
      {told && extras.told?.(told, () => (name === null ? void navigate(`/settings/${kind}`) : setTold(null)))}
      {isBehind && isChanged && (
        <Behind
          said={error?.status === 409 ? error.message : ""}
          keep={() => {
            write.reset();
            startFrom(part, mine(begun.value, value));
          }}
          take={() => {
            write.reset();
            startFrom(part);
          }}
        />
      )}
      {error && !isBehind && (
        <FormRefusal error={error} kind={kind} fields={Object.keys(schema.properties ?? {})} faults={faults} />
      )}
      <form onSubmit={submit} noValidate aria-label={heading} hidden={told !== null && name === null}>
        <WritingContext value={{ kind, root: schema, value, change, faults, fixed: name === null ? null : named }}>
          <Stack>
            {!mayWrite && (
              <Text c="dimmed" role="status">
                <IconLock size={16} aria-hidden="true" className="inline-icon" /> {a("onlyLook")}
              </Text>
            )}
            <fieldset disabled={!mayWrite} className="plain-fieldset">
              <Stack>
                {extras.body ? (
                  extras.body(value, change, faults)
                ) : (
                  <Sections
                    kind={kind}
                    schema={schema}
                    value={value}
                    isOpen={!mayWrite}
                    faults={faults.map(fault => fault.field)}
                  />
                )}
              </Stack>
            </fieldset>
            {extras.below?.()}
            <Group justify="space-between">
              {part && !isSingle(kind) && may(`settings.${kind}.delete`) ? (
                <DeleteButton kind={kind} part={part} />
              ) : (
                <span />
              )}
              <Group>
                <Button variant="default" component={Link} to={isSingle(kind) ? "/settings" : `/settings/${kind}`}>
                  {a(mayWrite ? "cancel" : "back")}
                </Button>
                {mayWrite && (
                  <Button type="submit" loading={write.isPending} disabled={!isChanged && part !== null}>
                    {a("save")}
                  </Button>
                )}
              </Group>
            </Group>
          </Stack>
        </WritingContext>
      </form>
      {part && extras.aside?.(part)}
      {part && may(`settings.${kind}.versions`) && <PartHistory kind={kind} part={part} />}
    </Stack>
  );
}

const mine = (before: Fields, now: Fields): Fields =>
  Object.fromEntries(Object.entries(now).filter(([field, value]) => value !== before[field]));

/** Somebody has saved the part while it was being changed here. */
function Behind({ said, keep, take }: { said: string; keep: () => void; take: () => void }) {
  const { a } = useAdmin();
  return (
    <Alert color="yellow" role="alert" icon={<IconUsers size={18} aria-hidden="true" />} title={a("newer")}>
      {said && (
        <Text size="sm" mb="xs">
          {said}
        </Text>
      )}
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={keep}>
          {a("keepMine")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={take}>
          {a("takeTheirs")}
        </Button>
      </Group>
    </Alert>
  );
}

/** A new part is named after its title, and a person's login after the name, until somebody writes it. */
function withShortName(kind: string, before: Fields, fresh: Fields): Fields {
  const [from, to, join] = kind === "people" ? ["name", "login", "."] : ["title", "name", "-"];
  if (kind !== "people" && !isNamedPart(kind)) return fresh;
  const isOwn = fresh[to] !== shortName(String(before[from] ?? ""), join);
  if (typeof fresh[from] !== "string" || fresh[from] === before[from] || (fresh[to] && isOwn)) return fresh;
  return { ...fresh, [to]: shortName(fresh[from], join) };
}

function Sections({
  kind,
  schema,
  value,
  isOpen,
  faults,
}: {
  kind: string;
  schema: JsonSchema;
  value: Fields;
  isOpen: boolean;
  faults: string[];
}) {
  const { a } = useAdmin();
  const all = Object.entries(schema.properties ?? {});
  const layout = LAYOUTS[kind] ?? [{ title: "identity" as const, fields: all.map(([name]) => name) }];
  const placed = new Set(layout.flatMap(section => section.fields));
  const rest = all.filter(([name]) => !placed.has(name));
  const isWrong = rest.some(([name]) => faults.some(field => field.split(".")[0] === name));
  const [open, setOpen] = useState(isOpen ? "rest" : null);
  useEffect(() => {
    if (isWrong) setOpen("rest");
  }, [isWrong]);
  const { language } = useAdmin();
  const field = ([name, inner]: [string, JsonSchema], heading = "") => (
    <SchemaField
      key={name}
      path={[name]}
      schema={inner}
      value={value[name]}
      {...(heading === fieldLabel(name, language) ? { alone: true } : {})}
    />
  );
  return (
    <>
      {layout.map(section => (
        <Paper key={section.title} withBorder p="md" component="section">
          <Title order={2} size="h3" mb="sm">
            {a(section.title)}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" className="form-grid">
            {section.fields
              .flatMap(name => all.filter(([known]) => known === name))
              .map(one => field(one, a(section.title)))}
          </SimpleGrid>
        </Paper>
      ))}
      {rest.length > 0 && (
        <Accordion variant="contained" value={open} onChange={setOpen}>
          <Accordion.Item value="rest">
            <Accordion.Control>{a("advanced")}</Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" className="form-grid">
                {rest.map(one => field(one))}
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}

function DeleteButton({ kind, part }: { kind: string; part: Written }) {
  const { a } = useAdmin();
  const navigate = useNavigate();
  const erase = useDelete(kind);
  const error = erase.error instanceof ApiError ? erase.error : null;
  const go = (detach: boolean) =>
    erase.mutate(
      { name: part.name, version: part.version, detach },
      {
        onSuccess: () => {
          notifications.show({ message: a("removed"), color: "green" });
          void navigate(`/settings/${kind}`);
        },
      },
    );
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="subtle" color="red" loading={erase.isPending} onClick={() => go(false)}>
        {a("remove")}
      </Button>
      {error && (
        <Refusal error={error}>
          {kind === "people" &&
            error.faults.length > 0 &&
            error.faults.every(({ part }) => part !== undefined && DETACHED.test(part)) && (
              <Group>
                <Button size="xs" variant="light" color="red" onClick={() => go(true)}>
                  {a("removeAnyway")}
                </Button>
              </Group>
            )}
        </Refusal>
      )}
      <Divider />
    </Stack>
  );
}
