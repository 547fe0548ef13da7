/** What happened and what to do, with the details folded. */

import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconLock, IconUnlink } from "@tabler/icons-react";
import { Link, useLocation } from "react-router";

import { ApiError } from "../api/client";
import { useSpeech } from "../text/language";
import { Empty } from "./Empty";
import type { Word } from "../text/words";

export function failureWord(error: unknown): Word {
  if (!(error instanceof ApiError)) return "unknownError";
  if (error.status === 0 || error.status === 503) return "serverGone";
  return error.status === 403 ? "notAllowed" : "unknownError";
}

/** The list that a thing's page belongs to; null for the page of a list. */
export function listAbove(pathname: string): string | null {
  const parts = pathname.split("/").filter(Boolean);
  if (parts[0] === "menus") return "/settings/menus";
  return parts.length > (parts[0] === "settings" ? 2 : 1) ? `/${parts.slice(0, -1).join("/")}` : null;
}

export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  const word = failureWord(error);
  if (word === "notAllowed") return <Empty icon={<IconLock />} title={t(word)} hint={t("notAllowedHint")} />;
  if (error instanceof ApiError && error.status === 404) {
    const list = listAbove(pathname);
    return (
      <Empty icon={<IconUnlink />} title={t("gone")} hint={t("goneHint")}>
        {list && (
          <Button mt="md" variant="light" component={Link} to={list}>
            {t("toTheList")}
          </Button>
        )}
      </Empty>
    );
  }
  return (
    <Alert color="red" icon={<IconAlertTriangle size={20} aria-hidden="true" />} title={t(word)} role="alert">
      <Stack gap="xs">
        {word === "unknownError" && error instanceof Error && (
          <details>
            <summary>{t("details")}</summary>
            <Text size="xs">{error.message}</Text>
          </details>
        )}
        <Group>
          <Button size="xs" variant="default" onClick={retry}>
            {t("tryAgain")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
