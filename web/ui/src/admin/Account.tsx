/** One's own account: where one's calls go, password, second factor, open sessions. */

import {
  Alert,
  Badge,
  Button,
  Group,
  List,
  Paper,
  PasswordInput,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ApiError, get, post, put, query, remove } from "../api/client";
import type { OpenSession, OpenSessions } from "../api/schema";
import { Failure } from "../components/Failure";
import { useSpeech } from "../text/language";
import { moment } from "./moment";
import { OwnForwards } from "./OwnForwards";
import { QrCode } from "./QrCode";
import { Secret } from "./Secret";
import { useAdmin } from "./words";

export default function Account() {
  const { a } = useAdmin();
  return (
    <Stack maw={800}>
      <Title order={1} size="h2">
        {a("account")}
      </Title>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h3" mb="sm">
          {a("myForwards")}
        </Title>
        <OwnForwards />
      </Paper>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h3" mb="sm">
          {a("myPassword")}
        </Title>
        <PasswordForm />
      </Paper>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h3" mb="sm">
          {a("secondFactor")}
        </Title>
        <SecondFactor />
      </Paper>
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h3" mb="sm">
          {a("sessions")}
        </Title>
        <Sessions />
      </Paper>
    </Stack>
  );
}

function faultOf(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  return error.faults.find(one => one.field === field)?.message ?? (error.faults.length === 0 ? error.message : null);
}

export function PasswordForm({ done }: { done?: () => void }) {
  const { a } = useAdmin();
  const [fields, set] = useState({ password: "", fresh: "" });
  const change = useMutation({
    mutationFn: () => put<void>("/session/password", fields),
    onSuccess: () => {
      set({ password: "", fresh: "" });
      notifications.show({ message: a("passwordChanged"), color: "green" });
      done?.();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <PasswordInput
            label={a("presentPassword")}
            autoComplete="current-password"
            value={fields.password}
            error={faultOf(change.error, "password")}
            onChange={event => set({ ...fields, password: event.currentTarget.value })}
          />
          <PasswordInput
            label={a("freshPassword")}
            description={a("freshPasswordHint")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            autoComplete="new-password"
            value={fields.fresh}
            error={
              change.error instanceof ApiError && change.error.faults.length > 0 ? faultOf(change.error, "fresh") : null
            }
            onChange={event => set({ ...fields, fresh: event.currentTarget.value })}
          />
        </SimpleGrid>
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!fields.password || !fields.fresh}>
            {a("changePassword")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the form has made way for is read on from there. */
const takeFocus = (shown: HTMLElement | null) => shown?.focus();

function SecondFactor() {
  const { a } = useAdmin();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const key = ["second-factor"];
  const state = useQuery({
    queryKey: key,
    queryFn: () => get<{ is_on: boolean; recovery_left: number }>("/session/second-factor"),
  });
  const again = () => void queries.invalidateQueries({ queryKey: key });
  const begin = useMutation({
    mutationFn: () => post<{ secret: string; uri: string }>("/session/second-factor", { password }),
    onSuccess: () => setPassword(""),
  });
  const confirm = useMutation({
    mutationFn: () => put<{ recovery_codes: string[] }>("/session/second-factor", { code }),
    onSuccess: () => {
      setCode("");
      begin.reset();
      again();
    },
  });
  const drop = useMutation({
    mutationFn: () => post<void>("/session/second-factor/drop", { password }),
    onSuccess: () => {
      setPassword("");
      confirm.reset();
      again();
    },
  });
  const isOn = state.data?.is_on ?? false;
  const act = isOn ? drop : begin;
  return (
    <Stack gap="sm">
      <Text>{isOn ? a("secondFactorOn", { left: state.data?.recovery_left ?? 0 }) : a("secondFactorOff")}</Text>
      {confirm.data && (
        <Alert color="yellow" title={a("recoveryCodes")} tabIndex={-1} ref={takeFocus}>
          <Text size="sm" mb="xs">
            {a("recoveryHint")}
          </Text>
          <List size="sm" className="secret">
            {confirm.data.recovery_codes.map(one => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {begin.data ? (
        <form
          onSubmit={event => {
            event.preventDefault();
            confirm.mutate();
          }}
        >
          <Group align="flex-start">
            <QrCode text={begin.data.uri} label={a("qrCode")} size={180} />
            <Stack gap="xs" className="grow">
              <Text size="sm">{a("scanAuthenticator")}</Text>
              <Secret label={a("orType")} value={begin.data.secret} />
              <TextInput
                label={a("code")}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={8}
                autoFocus
                value={code}
                error={faultOf(confirm.error, "code")}
                onChange={event => setCode(event.currentTarget.value)}
              />
              <Group>
                <Button type="submit" loading={confirm.isPending} disabled={code.length < 6}>
                  {a("confirm")}
                </Button>
              </Group>
            </Stack>
          </Group>
        </form>
      ) : (
        <form
          onSubmit={event => {
            event.preventDefault();
            act.mutate();
          }}
        >
          <Group align="flex-end">
            <PasswordInput
              label={a("presentPassword")}
              autoComplete="current-password"
              value={password}
              w={260}
              error={faultOf(act.error, "password")}
              onChange={event => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" variant="light" disabled={password === ""} loading={act.isPending}>
              {a(isOn ? "turnOff" : "turnOn")}
            </Button>
          </Group>
        </form>
      )}
    </Stack>
  );
}

function Sessions() {
  const { a, language } = useAdmin();
  const { t } = useSpeech();
  const named = ({ browser, system }: OpenSession) =>
    browser !== null && system !== null
      ? a("browserOn", { browser, system })
      : (browser ?? system ?? a("unknownBrowser"));
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => get<OpenSessions>("/sessions") });
  const end = useMutation({
    mutationFn: (others: boolean) => remove<void>(`/sessions${query({ others })}`),
    onSuccess: (_, others) => {
      notifications.show({ message: a("sessionsEnded"), color: "green" });
      void queries.invalidateQueries({ queryKey: [others ? "sessions" : "session"] });
    },
  });
  return (
    <Stack gap="sm">
      {sessions.isPending && <Skeleton height={24} width={320} role="status" aria-label={t("loading")} />}
      {sessions.isError && <Failure error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data?.items.map((one, place) => (
        <Group key={place} gap="xs" data-testid="open-session">
          <Text size="sm" fw={600}>
            {named(one)}
          </Text>
          <Text size="sm" c="dimmed">
            {a("since", { when: moment(one.since, language) })}
          </Text>
          {one.is_this && (
            <Badge variant="light" color="green" tt="none">
              {a("thisSession")}
            </Badge>
          )}
        </Group>
      ))}
      <Group>
        <Button variant="light" disabled={(sessions.data?.items.length ?? 0) < 2} onClick={() => end.mutate(true)}>
          {a("endOthers")}
        </Button>
        <Button variant="subtle" color="red" onClick={() => end.mutate(false)}>
          {a("endAll")}
        </Button>
      </Group>
    </Stack>
  );
}
