/** Where one's own calls go, as the telephone's codes set it too: forwards, follow-me, do not disturb, call waiting. */

import { Button, Group, Loader, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ApiError, get, patch } from "../api/client";
import type { ChangeOwnSettings, OwnSettings } from "../api/schema";
import { Failure } from "../components/Failure";
import { WrongText } from "../components/WrongText";
import { useAdmin } from "./words";

const PATH = "/forwards/me";
const KEY = ["own-settings"];
const TARGETS = ["always", "busy", "no_answer", "unreachable", "follow_me"] as const;
type Target = (typeof TARGETS)[number];
const LABELS = {
  always: "forwardAlways",
  busy: "forwardBusy",
  no_answer: "forwardNoAnswer",
  unreachable: "forwardUnreachable",
  follow_me: "followMe",
} as const;

export function OwnForwards() {
  const queries = useQueryClient();
  const present = useQuery({ queryKey: KEY, queryFn: () => get<OwnSettings>(PATH) });
  const change = useMutation({
    mutationFn: (wanted: ChangeOwnSettings) => patch<OwnSettings>(PATH, wanted),
    onSuccess: now => queries.setQueryData(KEY, now),
  });
  if (present.isError) return <Failure error={present.error} retry={() => void present.refetch()} />;
  if (present.isPending) return <Loader size="sm" />;
  return <Form settings={present.data} change={change.mutateAsync} error={change.error} saving={change.isPending} />;
}

interface FormProps {
  settings: OwnSettings;
  change: (wanted: ChangeOwnSettings) => Promise<OwnSettings>;
  error: Error | null;
  saving: boolean;
}

function Form({ settings, change, error, saving }: FormProps) {
  const { a } = useAdmin();
  const [typed, type] = useState<Partial<Record<Target, string>>>({});
  const shown = (target: Target) => typed[target] ?? settings[target] ?? "";
  const changed = TARGETS.filter(target => shown(target) !== (settings[target] ?? ""));
  const told = error instanceof ApiError ? error : null;
  const faultOf = (target: Target) => told?.faults.find(one => one.field === target)?.message ?? null;

  function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = Object.fromEntries(changed.map(target => [target, shown(target).replace(/[\s.-]/g, "") || null]));
    change(wanted).then(
      () => {
        type({});
        notifications.show({ message: a("forwardsSaved"), color: "green" });
      },
      () => undefined, // what is wrong stands beside the field
    );
  }
  return (
    <Stack gap="md">
      <Switch
        label={a("doNotDisturb")}
        description={a("doNotDisturbHint")}
        checked={settings.do_not_disturb}
        onChange={event => void change({ do_not_disturb: event.currentTarget.checked }).catch(() => undefined)}
      />
      <Switch
        label={a("callWaiting")}
        description={a("callWaitingHint")}
        checked={!settings.no_call_waiting}
        onChange={event => void change({ no_call_waiting: !event.currentTarget.checked }).catch(() => undefined)}
      />
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {TARGETS.map(target => (
              <TextInput
                key={target}
                name={target}
                type="tel"
                autoComplete="off"
                maxLength={30}
                label={a(LABELS[target])}
                description={target === "follow_me" ? a("followMeHint") : undefined}
                placeholder={a("forwardNone")}
                value={shown(target)}
                error={faultOf(target)}
                onChange={event => type({ ...typed, [target]: event.currentTarget.value })}
              />
            ))}
          </SimpleGrid>
          {error !== null && (told?.faults.length ?? 0) === 0 && <WrongText size="sm">{error.message}</WrongText>}
          <Group>
            <Button type="submit" loading={saving} disabled={changed.length === 0}>
              {a("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
