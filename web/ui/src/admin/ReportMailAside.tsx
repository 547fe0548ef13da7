/** A report by mail, sent at once. */

import { Alert, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { post } from "../api/client";
import type { Part } from "./parts";
import { useAdmin } from "./words";

export function ReportMailAside({ part }: { part: Part }) {
  const { a } = useAdmin();
  const send = useMutation({
    mutationFn: () => post<void>(`/settings/report_mails/${encodeURIComponent(part.name)}/send`),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={a("sendNow")}>
      <Title order={2} size="h3" mb="sm">
        {a("sendNow")}
      </Title>
      <Stack gap="sm">
        <Group>
          <Button
            variant="light"
            leftSection={<IconSend size={16} aria-hidden="true" />}
            loading={send.isPending}
            onClick={() => send.mutate()}
          >
            {a("sendNow")}
          </Button>
          <Text size="sm" c="dimmed">
            {a("sendNowHint")}
          </Text>
        </Group>
        {send.isSuccess && (
          <Alert role="status" color="green">
            {a("reportSent")}
          </Alert>
        )}
        {send.isError && (
          <Alert role="alert" color="red">
            {send.error.message}
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}
