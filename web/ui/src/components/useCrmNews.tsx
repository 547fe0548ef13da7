/** What the CRM tells somebody: what a rule says, and that a caller nobody knows could become a lead. */

import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { post } from "../api/client";
import type { CallEvent } from "../api/types";
import { useLive } from "../live/session";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";

const SHOWN_MS = 60_000;

export function useCrmNews(): void {
  const { onEvent, session } = useLive();
  const { t } = useSpeech();
  const client = useQueryClient();
  const login = session?.login;
  useEffect(() => {
    const close = { "aria-label": t("dismiss") };
    function tell(event: CallEvent) {
      if (event["login"] !== login) return;
      if (event.type === "crm.notified") {
        notifications.show({
          id: event.id,
          title: String(event["title"]),
          message: String(event["text"] ?? ""),
          autoClose: SHOWN_MS,
          withBorder: true,
          closeButtonProps: close,
        });
      } else if (event.type === "lead.suggested") {
        const number = String(event["number"]);
        const make = () => {
          notifications.hide(event.id);
          post("/leads", { number, call_id: event.call_id })
            .then(() => client.invalidateQueries({ queryKey: ["leads"] }))
            .catch((error: Error) => notifications.show({ message: error.message, color: "red" }));
        };
        const message = (
          <Stack gap="xs">
            <Text size="sm">{phone(number).text}</Text>
            <Group>
              <Button size="compact-sm" onClick={make}>
                {t("makeLead")}
              </Button>
            </Group>
          </Stack>
        );
        notifications.show({
          id: event.id,
          title: t("unknownCaller"),
          message,
          autoClose: SHOWN_MS,
          withBorder: true,
          closeButtonProps: close,
        });
      }
    }
    return onEvent(tell);
  }, [onEvent, login, t, client]);
}
