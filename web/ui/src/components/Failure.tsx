/** What happened and what to do, with the details folded. */

import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconLock } from "@tabler/icons-react";

import { ApiError } from "../api/client";
import { useSpeech } from "../text/language";
import { Empty } from "./Empty";
import type { Word } from "../text/words";

export function failureWord(error: unknown): Word {
  if (!(error instanceof ApiError)) return "unknownError";
  if (error.status === 0 || error.status === 503) return "serverGone";
  return error.status === 403 ? "notAllowed" : "unknownError";
}

export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useSpeech();
  const word = failureWord(error);
  if (word === "notAllowed") return <Empty icon={<IconLock />} title={t(word)} hint={t("notAllowedHint")} />;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={20} aria-hidden="true" />} title={t(word)} role="alert">
      <Stack gap="xs">
        {word === "unknownError" && error instanceof Error && (
          <details>
            <summary>{t("details")}</summary>
            <Text size="xs">{error.message}</Text>
          </details>
        )}
        <Group><Button size="xs" variant="light" color="red" onClick={retry}>{t("tryAgain")}</Button></Group>
      </Stack>
    </Alert>
  );
}
