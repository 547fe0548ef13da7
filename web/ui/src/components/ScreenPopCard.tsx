/** Who is calling, shown before the phone rings and until the call is over or the person closes it. */

import { ActionIcon, Badge, Button, CloseButton, Group, Paper, Skeleton, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconPhoneCall, IconPhoneIncoming } from "@tabler/icons-react";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import { Link } from "react-router";

import type { Result, ScreenPop } from "../api/types";
import { useLiveCalls, useNames } from "../live/lists";
import { afterEvent, readPopUps, writePopUps, type Shown } from "../live/popUps";
import { useLive } from "../live/session";
import { sameNumber } from "../softphone/matching";
import type { Line } from "../softphone/picture";
import { ringing, useSoftphone } from "../softphone/useSoftphone";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { CallDesk, Script } from "./callParts";
import { CampaignOffer } from "./CampaignOffer";
import { Clock } from "./Clock";
import { Mishap } from "./Mishap";
import { PhoneNumber } from "./PhoneNumber";
import { AnswerButtons, RingingCard } from "./RingingCalls";

export function ScreenPops() {
  const { session, onEvent } = useLive();
  const [pops, setPops] = useState<Shown[]>(readPopUps);
  const lines = ringing(useSoftphone().lines);
  const login = session?.login ?? "";
  const lineOf = ({ pop, answeredAt }: Shown) =>
    answeredAt === null ? lines.find(line => sameNumber(pop.number, line.number)) : undefined;
  const announced = pops.map(lineOf);
  useEffect(() => writePopUps(pops), [pops]);
  useEffect(() => onEvent(event => setPops(shown => afterEvent(shown, event, login))), [onEvent, login]);
  const close = (id: string | null) => setPops(shown => shown.filter(({ pop }) => pop.call_id !== id));
  return (
    <div className="screen-pops" role="region" aria-live="assertive" aria-atomic="true" aria-relevant="additions text">
      {lines
        .filter(line => !announced.includes(line))
        .map(line => (
          <RingingCard key={line.id} line={line} />
        ))}
      {pops.map(shown => (
        <Card key={shown.pop.id} {...shown} line={lineOf(shown)} close={() => close(shown.pop.call_id)} />
      ))}
      <CampaignOffer />
    </div>
  );
}

function Card({ pop, endedAt, line, close, ...shown }: Shown & { line: Line | undefined; close: () => void }) {
  const { t } = useSpeech();
  const names = useNames();
  const { session } = useLive();
  const { data: live } = useLiveCalls();
  const call = live?.items.find(one => one.id === pop.call_id);
  const since = call?.started_at ?? pop.at;
  // Who has been given a caller talks already when the caller's card comes.
  const answeredAt = shown.answeredAt ?? (call?.agent === session?.login ? (call?.answered_at ?? null) : null);
  const { contact, company } = pop.card;
  const [folded, setFolded] = useState(false);
  const shut = folded && answeredAt !== null && endedAt === null;
  const Icon = answeredAt === null ? IconPhoneIncoming : IconPhoneCall;
  return (
    <Paper
      shadow="lg"
      withBorder
      p="md"
      className="screen-pop"
      data-testid="screen-pop"
      data-answered={answeredAt !== null || undefined}
      data-folded={shut || undefined}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Group wrap="nowrap" align="flex-start" gap="sm" className="grow">
          <ThemeIcon
            size={40}
            radius="xl"
            color={answeredAt === null ? "yellow" : "accent"}
            variant="light"
            aria-hidden="true"
          >
            <Icon size={22} />
          </ThemeIcon>
          <Stack gap={2} className="grow">
            <Text size="xs" c="dimmed">
              {t(endedAt !== null ? "afterCall" : answeredAt === null ? "incoming" : "inCall")}
              {pop.queue && ` · ${names.queue(pop.queue)}`}
              {endedAt === null && (
                <>
                  {" · "}
                  <Clock since={answeredAt ?? since} />
                </>
              )}
            </Text>
            <Text size="xl" fw={600} lh={1.25} truncate={shut}>
              {contact?.name ?? t("unknownCaller")}
            </Text>
            {company?.name && <Text className="whose">{company.name}</Text>}
            <PhoneNumber number={pop.number} />
          </Stack>
        </Group>
        <Group gap={4} wrap="nowrap">
          {answeredAt !== null && endedAt === null && (
            <ActionIcon
              variant="subtle"
              color="gray"
              className="fold"
              aria-label={t(shut ? "showMore" : "showLess")}
              aria-expanded={!shut}
              onClick={() => setFolded(!shut)}
            >
              {shut ? <IconChevronUp size={20} /> : <IconChevronDown size={20} />}
            </ActionIcon>
          )}
          <CloseButton onClick={close} aria-label={t("dismiss")} />
        </Group>
      </Group>
      {line && <AnswerButtons line={line} />}
      <div hidden={shut}>
        {answeredAt === null ? (
          <Facts pop={pop} />
        ) : (
          <Mishap place={pop.call_id ?? ""}>
            <Suspense fallback={<Skeleton height={180} mt="md" role="status" aria-label={t("loading")} />}>
              <CallDesk pop={pop} endedAt={endedAt} close={close} facts={<Facts pop={pop} />} />
            </Suspense>
          </Mishap>
        )}
        {answeredAt === null && pop.queue && (
          <Mishap place={pop.call_id ?? ""}>
            <Suspense>
              <Script queue={pop.queue} />
            </Suspense>
          </Mishap>
        )}
        {contact && (
          <Button component={Link} to={`/customers/${contact.id}`} variant="light" fullWidth mt="md">
            {t("openCustomer")}
          </Button>
        )}
      </div>
    </Paper>
  );
}

function Facts({ pop }: { pop: ScreenPop }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const { contact, leads = [], deals = [], last_calls: calls = [] } = pop.card;
  const lastCalls = calls.filter(call => call.id !== pop.call_id);
  return (
    <Stack gap="xs" mt="md">
      {!contact && <Text c="dimmed">{t("unknownHint")}</Text>}
      {contact?.responsible && <Named name={t("responsible")}>{names.person(contact.responsible)}</Named>}
      {deals.length > 0 && (
        <Named name={t("openDeals")}>
          {deals.map(deal => (
            <Badge key={deal.id} variant="light" tt="none">
              {deal.title}
            </Badge>
          ))}
        </Named>
      )}
      {leads.length > 0 && (
        <Named name={t("openLeads")}>
          {leads.map(lead => (
            <Badge key={lead.id} variant="light" tt="none">
              {t("lead")} {moment(lead.created_at, language)}
            </Badge>
          ))}
        </Named>
      )}
      {lastCalls.length > 0 && (
        <Named name={t("lastCalls")}>
          <Stack gap={2}>
            {lastCalls.slice(0, 3).map(call => (
              <Link key={call.id} to={`/calls?call=${call.id}`} className="number-link">
                <Text span size="sm" className="tabular">
                  {[
                    moment(call.started_at, language),
                    call.result && t(call.result as Result),
                    call.queue && names.queue(call.queue),
                    call.agent && names.person(call.agent),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </Text>
              </Link>
            ))}
          </Stack>
        </Named>
      )}
    </Stack>
  );
}

function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Group gap={6}>{children}</Group>
    </div>
  );
}
