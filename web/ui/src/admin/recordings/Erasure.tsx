/** Everything that was recorded of somebody, erased for good; and what nothing erases. */

import { Alert, Button, Group, Paper, Skeleton, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconLockOpen } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "react-router";

import { ApiError, get, post, put, query } from "../../api/client";
import type { Erased, Recordings } from "../../api/schema";
import { Failure } from "../../components/Failure";
import { useNames } from "../../live/lists";
import { useLive } from "../../live/session";
import { moment } from "../moment";
import { useRecordingWords } from "./words";

const SHOWN = 50;

/** Below the policy: what this person may do to recordings that there are. */
export function RecordingsKept() {
  const { session } = useLive();
  const permissions = session?.permissions ?? {};
  return (
    <>
      {permissions["recordings.erase"] && <Erase />}
      {permissions["recordings.hold"] && permissions["recordings.list"] && <Held />}
    </>
  );
}

function Erase() {
  const { r } = useRecordingWords();
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const [voicemails, setVoicemails] = useState(true);
  const look = useMutation({
    mutationFn: () => post<Erased>("/recordings/erase", { number, voicemails, preview: true }),
  });
  const erase = useMutation({
    mutationFn: () => post<Erased>("/recordings/erase", { number, voicemails }),
    onSuccess: erased => {
      look.reset();
      notifications.show({
        message: [r("erased", { ...erased }), erased.left > 0 ? r("eraseLeft", { left: erased.left }) : ""].join(" "),
        color: "green",
      });
      for (const key of ["recordings", "calls", "voicemails", "audit"])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const refused = look.error ?? erase.error;
  const fault =
    refused instanceof ApiError
      ? refused.faults.map(one => one.message).join("; ") || refused.message
      : refused?.message;
  const found = look.data;

  function submit(event: FormEvent) {
    event.preventDefault();
    erase.reset();
    look.mutate();
  }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3">
        {r("erase")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {r("eraseHint")}
      </Text>
      <form onSubmit={submit} noValidate>
        <Group align="flex-end">
          <TextInput
            label={r("number")}
            type="tel"
            autoComplete="off"
            maxLength={40}
            value={number}
            error={fault}
            onChange={event => {
              setNumber(event.currentTarget.value);
              look.reset();
            }}
          />
          <Switch
            mb={8}
            label={r("withVoicemails")}
            checked={voicemails}
            onChange={event => {
              setVoicemails(event.currentTarget.checked);
              look.reset();
            }}
          />
          <Button type="submit" variant="default" disabled={number.trim().length < 2} loading={look.isPending}>
            {r("look")}
          </Button>
        </Group>
      </form>
      {found && (
        <Alert
          mt="sm"
          color="red"
          variant="light"
          icon={<IconAlertTriangle size={20} aria-hidden="true" />}
          role="status"
        >
          <Group justify="space-between">
            <Text size="sm">
              {r("found", { ...found })} {found.held > 0 && r("heldStay", { held: found.held })}
            </Text>
            <Button
              color="red"
              disabled={found.recordings + found.voicemails === 0}
              loading={erase.isPending}
              onClick={() => erase.mutate()}
            >
              {r("eraseNow")}
            </Button>
          </Group>
        </Alert>
      )}
    </Paper>
  );
}

function Held() {
  const { r, language } = useRecordingWords();
  const names = useNames();
  const queries = useQueryClient();
  const held = useQuery({
    queryKey: ["recordings", "held"],
    queryFn: () => get<Recordings>(`/recordings${query({ held: true, limit: SHOWN })}`),
  });
  const release = useMutation({
    mutationFn: (id: string) => put<unknown>(`/recordings/${id}/hold`, { on: false }),
    onError: error => notifications.show({ message: error.message, color: "red" }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["recordings"] }),
  });
  const rows = held.data?.items ?? [];
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3">
        {r("held")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {r("heldHint")}
      </Text>
      {held.isPending && <Skeleton height={48} />}
      {held.isError && <Failure error={held.error} retry={() => void held.refetch()} />}
      {held.isSuccess && rows.length === 0 && <Text size="sm">{r("noHeld")}</Text>}
      <Stack gap="xs">
        {rows.map(row => (
          <Group key={row.id} justify="space-between" data-testid="held-recording">
            <div>
              <Text size="sm">
                {row.call_id ? (
                  <Link
                    to={`/calls?call=${row.call_id}`}
                    className="number-link"
                    aria-label={`${r("openCall")}: ${moment(row.started_at, language)}`}
                  >
                    {moment(row.started_at, language)}
                  </Link>
                ) : (
                  moment(row.started_at, language)
                )}
                {row.rule ? ` · ${row.rule}` : ""}
              </Text>
              <Text size="xs" c="dimmed">
                {r("heldBy", {
                  who: names.person(row.held_by ?? ""),
                  when: row.held_at ? moment(row.held_at, language) : "",
                })}
              </Text>
            </div>
            <Button
              size="xs"
              variant="light"
              leftSection={<IconLockOpen size={14} aria-hidden="true" />}
              loading={release.isPending && release.variables === row.id}
              onClick={() => release.mutate(row.id)}
            >
              {r("release")}
            </Button>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
