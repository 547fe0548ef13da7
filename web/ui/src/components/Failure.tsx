/** What happened and what to do, with the details folded. */

import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { ApiError } from "../api/client";
import { useSpeech } from "../text/language";

export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useSpeech();
  const offline = error instanceof ApiError && (error.status === 0 || error.status === 503);
  return (
    <Alert color="red" icon={<IconAlertTriangle size={20} />} title={offline ? t("serverGone") : t("unknownError")}>
      <Group justify="space-between">
        <Text c="dimmed">{error instanceof Error && !offline ? error.message : ""}</Text>
        <Button size="xs" variant="light" color="red" onClick={retry}>{t("tryAgain")}</Button>
      </Group>
    </Alert>
  );
}
