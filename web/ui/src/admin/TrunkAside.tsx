/** A trunk's password, and whether the other side answers. */

import { Alert, Button, Group, Paper, PasswordInput, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { post, put } from "../api/client";
import { useRights } from "../live/may";
import type { Part } from "./parts";
import { useAdmin, type AdminSay, type AdminWord } from "./words";

interface TrunkTest {
  address: string | null;
  status: number | null;
  reason: string;
  took_ms: number | null;
  fault: string;
  cause: "" | keyof typeof CAUSES;
}

const CAUSES = {
  address: "trunkNoAddress",
  unreachable: "trunkUnreachable",
  silent: "trunkSilent",
  busy: "trunkBusy",
  password: "trunkWrongPassword",
  stranger: "trunkStranger",
  registration: "trunkRefusesUs",
} as const satisfies Record<string, AdminWord>;

/** What a test has found, in a sentence; what the other side has said stands behind it. */
function sentence(a: AdminSay, said: TrunkTest): string {
  const blanks = {
    status: said.status ?? "",
    reason: said.reason,
    address: said.address ?? "",
    ms: said.took_ms ?? "",
  };
  if (said.cause === "") return said.fault ? a("trunkFault", { fault: said.fault }) : a("trunkAnswers", blanks);
  return a(CAUSES[said.cause], { ...blanks, fault: said.fault });
}

export function TrunkAside({ part }: { part: Part }) {
  const { a } = useAdmin();
  const { may } = useRights();
  const [password, setPassword] = useState("");
  const place = `/settings/trunks/${encodeURIComponent(part.name)}`;
  const test = useMutation({ mutationFn: () => post<TrunkTest>(`${place}/test`) });
  const keep = useMutation({
    mutationFn: () => put<void>(`${place}/password`, { password }),
    onSuccess: () => {
      setPassword("");
      notifications.show({ message: a("passwordSet"), color: "green" });
    },
  });
  const said = test.data;
  const answer = said && sentence(a, said);
  if (!may("settings.trunks.test") && !may("settings.trunks.password")) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={a("trunkTest")}>
      <Title order={2} size="h3" mb="sm">
        {a("trunkTest")}
      </Title>
      <Stack gap="sm">
        {may("settings.trunks.test") && (
          <Group>
            <Button variant="light" loading={test.isPending} onClick={() => test.mutate()}>
              {a("test")}
            </Button>
          </Group>
        )}
        {answer && (
          <Alert role="status" color={said.fault ? "red" : "green"}>
            {answer}
          </Alert>
        )}
        {test.isError && (
          <Alert role="alert" color="red">
            {test.error.message}
          </Alert>
        )}
        {may("settings.trunks.password") && (
          <Group align="flex-end">
            <PasswordInput
              label={a("trunkPassword")}
              autoComplete="new-password"
              value={password}
              error={keep.isError ? keep.error.message : null}
              onChange={event => setPassword(event.currentTarget.value)}
              w={300}
            />
            <Button variant="default" disabled={password === ""} loading={keep.isPending} onClick={() => keep.mutate()}>
              {a("setPassword")}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
