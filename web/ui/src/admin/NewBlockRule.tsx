/** A new rule of the block list: which number, what it meets, whom it protects, and until when. */

import { Button, Input, NativeSelect, Paper, SimpleGrid, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ApiError, post } from "../api/client";
import type { Rule } from "../api/schema";
import { DayInput } from "../components/DayInput";
import { day } from "../text/format";
import { endOfDay } from "./moment";
import { useParts } from "./parts";
import { useAdmin, type AdminWord } from "./words";

const ACTIONS: AdminWord[] = ["reject", "busy", "announcement", "voicemail", "silence", "music", "allow"];
const EMPTY = { number: "", action: "reject", note: "", scope: "company", until: "" };

export function NewBlockRule({ added }: { added: () => void }) {
  const { a } = useAdmin();
  const [fields, set] = useState(EMPTY);
  const scopes = useScopes();
  const add = useMutation({
    mutationFn: ({ until, ...rule }: typeof EMPTY) =>
      post<Rule>("/blocklist", { ...rule, expires_at: until === "" ? null : endOfDay(until) }),
    onSuccess: () => {
      set(EMPTY);
      added();
    },
  });
  const faults = add.error instanceof ApiError ? add.error.faults : [];
  const fault = (field: string) => faults.find(one => one.field === field)?.message;
  const other = add.error !== null && faults.length === 0 ? add.error.message : undefined;
  const change = (fresh: Partial<typeof EMPTY>) => set({ ...fields, ...fresh });
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate(fields);
  }
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit} noValidate>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <TextInput
            label={a("blockNumber")}
            value={fields.number}
            maxLength={40}
            error={fault("number") ?? other}
            onChange={event => change({ number: event.currentTarget.value })}
          />
          <NativeSelect
            label={a("action")}
            value={fields.action}
            data={ACTIONS.map(action => ({ value: action, label: a(action) }))}
            onChange={event => change({ action: event.currentTarget.value })}
          />
          <NativeSelect
            label={a("scope")}
            value={fields.scope}
            error={fault("scope")}
            data={scopes}
            onChange={event => change({ scope: event.currentTarget.value })}
          />
          <TextInput
            label={a("note")}
            value={fields.note}
            maxLength={500}
            onChange={event => change({ note: event.currentTarget.value })}
          />
          <Input.Wrapper label={a("untilDay")} error={fault("expires_at")} labelElement="div">
            <DayInput word="toDay" min={day()} value={fields.until} change={until => change({ until })} />
          </Input.Wrapper>
          <Button type="submit" mt={{ base: 0, sm: 25 }} loading={add.isPending} disabled={fields.number === ""}>
            {a(fields.action === "allow" ? "allow" : "block")}
          </Button>
        </SimpleGrid>
      </form>
    </Paper>
  );
}

/** The whole company, a department of it, or one person. */
function useScopes() {
  const { a } = useAdmin();
  const people = useParts("people", { limit: 500 });
  const all = people.data?.items ?? [];
  const departments = [...new Set(all.map(part => String(part.value["department"] ?? "")))]
    .filter(name => name !== "")
    .sort();
  return [
    { value: "company", label: a("scopeCompany") },
    ...departments.map(name => ({ value: `department:${name}`, label: a("scopeDepartment", { name }) })),
    ...all.map(part => ({
      value: `person:${part.name}`,
      label: a("scopePerson", { name: String(part.value["name"] || part.name) }),
    })),
  ];
}
