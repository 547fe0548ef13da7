/** Who is calling, shown before the phone rings and until the call is over or the person closes it. */

import { Badge, CloseButton, Group, Paper, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconPhoneIncoming } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import type { CallEvent, ScreenPop } from "../api/types";
import { useLive } from "../live/session";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { PhoneNumber } from "./PhoneNumber";

export function ScreenPopCard() {
  const { session, onEvent } = useLive();
  const [pop, setPop] = useState<ScreenPop | null>(null);
  useEffect(
    () =>
      onEvent((event) => {
        if (isForMe(event, session?.login)) setPop(event);
        else setPop((shown) => (shown !== null && isOver(event, shown, session?.login) ? null : shown));
      }),
    [onEvent, session?.login],
  );
  if (pop === null) return null;
  return <Shown pop={pop} close={() => setPop(null)} />;
}

function isForMe(event: CallEvent, login: string | undefined): event is ScreenPop {
  return event.type === "screen_pop" && login !== undefined && (event as ScreenPop).logins.includes(login);
}

function isOver(event: CallEvent, pop: ScreenPop, login: string | undefined): boolean {
  if (event.call_id !== pop.call_id) return false;
  return event.type === "call.ended" || (event.type === "call.not_answered" && event["login"] === login);
}

function Shown({ pop, close }: { pop: ScreenPop; close: () => void }) {
  const { t, language } = useSpeech();
  const { contact, company, leads = [], deals = [], last_calls: lastCalls = [] } = pop.card;
  const companyName = typeof company === "string" ? company : company?.name;
  return (
    <Paper role="alert" aria-label={t("incoming")} shadow="lg" withBorder p="md" className="screen-pop" data-testid="screen-pop">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Group wrap="nowrap" align="flex-start">
          <ThemeIcon size={40} radius="xl" color="yellow" variant="light">
            <IconPhoneIncoming size={22} />
          </ThemeIcon>
          <Stack gap={2}>
            <Text size="xs" c="dimmed">
              {t("incoming")}
              {pop.queue && ` · ${pop.queue}`}
            </Text>
            <Text size="xl" fw={600}>{contact?.name ?? t("unknownCaller")}</Text>
            {companyName && <Text>{companyName}</Text>}
            <PhoneNumber number={pop.number} />
          </Stack>
        </Group>
        <CloseButton onClick={close} aria-label={t("dismiss")} />
      </Group>
      <Stack gap="xs" mt="md">
        {!contact && <Text c="dimmed">{t("unknownHint")}</Text>}
        {contact?.responsible && <Fact name={t("responsible")}>{contact.responsible}</Fact>}
        {deals.length > 0 && (
          <Fact name={t("openDeals")}>{deals.map((deal) => <Badge key={deal.id} variant="light" tt="none">{deal.title}</Badge>)}</Fact>
        )}
        {leads.length > 0 && (
          <Fact name={t("openLeads")}>
            {leads.map((lead) => <Badge key={lead.id} variant="light" tt="none">{lead.source ?? t("leadStatus")}</Badge>)}
          </Fact>
        )}
        {lastCalls.length > 0 && (
          <Fact name={t("lastCalls")}>
            {lastCalls.slice(0, 3).map((call) => (
              <Text key={call.id} size="sm">
                {moment(call.started_at, language)} {call.result && `· ${t(call.result)}`} {call.agent && `· ${call.agent}`}
              </Text>
            ))}
          </Fact>
        )}
      </Stack>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">{name}</Text>
      <Group gap={6}>{children}</Group>
    </div>
  );
}
