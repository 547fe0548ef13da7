import { Button, Card, Group, NativeSelect, SimpleGrid, Skeleton, Stack, Tabs, Title } from "@mantine/core";
import { IconChartBar, IconDownload, IconMail } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";

import { get, query, saveTable } from "../api/client";
import { BarChart } from "../components/BarChart";
import { DayInput } from "../components/DayInput";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { Figures, Headlines, type Asked } from "../components/ReportFigures";
import { useAgents, useNames, useQueues } from "../live/lists";
import { useRights } from "../live/may";
import { day, periodName, periodTitle, phone } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { buckets, REPORT_WORDS, SHAPES, text, type Kind, type Row, type Unit } from "./reportFigures";

const EVERY: Record<Kind, Word> = {
  queues: "everyQueue",
  agents: "everyAgent",
  numbers: "everyNumber",
  menus: "everyMenu",
  dispositions: "everyQueue",
};
const UNITS: Record<Kind, Word> = {
  queues: "unitCallers",
  agents: "unitCalls",
  numbers: "unitCalls",
  menus: "unitVisits",
  dispositions: "unitCalls",
};
const PERIODS: { word: Word; from: number; to: number }[] = [
  { word: "today", from: 0, to: 0 },
  { word: "yesterday", from: 1, to: 1 },
  { word: "last7", from: 6, to: 0 },
  { word: "last30", from: 29, to: 0 },
];
const HOURS_UP_TO_DAYS = 2;
/** Beyond, a bar for each day is too thin to point at. */
const DAYS_UP_TO_DAYS = 92;
const UNIT_WORDS: Record<Unit, Word> = { hour: "anHour", day: "aDay", month: "aMonth" };

/** How it went: four numbers with the period before, one chart, the table below; everything stands in the address. */
export default function Reports() {
  const { t } = useSpeech();
  const { may } = useRights();
  const [address, setAddress] = useSearchParams();
  const of = (address.get("of") ?? "queues") as Kind;
  const kind = of in REPORT_WORDS ? of : "queues";
  const asked: Asked = {
    kind,
    from: address.get("from") ?? day(),
    to: address.get("to") ?? day(),
    only: address.get("only") ?? "",
  };
  const write = (values: Record<string, string>) =>
    setAddress(
      before =>
        new URLSearchParams(
          Object.entries({ ...Object.fromEntries(before), ...values }).filter(([, value]) => value !== ""),
        ),
      { replace: true },
    );
  const preset = PERIODS.findIndex(period => day(period.from) === asked.from && day(period.to) === asked.to);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("reports")}
        </Title>
        <Group gap="xs">
          {may("settings.report_mails.list") && (
            <Button
              variant="subtle"
              component={Link}
              to="/settings/report_mails"
              leftSection={<IconMail size={16} aria-hidden="true" />}
            >
              {t("byMail")}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => void saveTable(path(asked, "none"), `${asked.kind}-${asked.from}-${asked.to}.csv`)}
          >
            {t("saveTable")}
          </Button>
        </Group>
      </Group>
      <Tabs value={kind} onChange={next => next && write({ of: next, only: "", sort: "" })} keepMounted={false}>
        <Tabs.List>
          {(Object.keys(REPORT_WORDS) as Kind[]).map(one => (
            <Tabs.Tab key={one} value={one}>
              {t(REPORT_WORDS[one])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Group gap="xs" mt="md" className="filters">
          <NativeSelect
            aria-label={t("period")}
            value={preset < 0 ? "" : String(preset)}
            onChange={event => {
              const period = PERIODS[Number(event.currentTarget.value)];
              if (event.currentTarget.value !== "" && period) write({ from: day(period.from), to: day(period.to) });
            }}
            data={[
              ...(preset < 0 ? [{ value: "", label: t("period") }] : []),
              ...PERIODS.map((period, place) => ({ value: String(place), label: t(period.word) })),
            ]}
          />
          <DayInput word="fromDay" value={asked.from} max={asked.to} change={from => from && write({ from })} />
          <DayInput word="toDay" value={asked.to} min={asked.from} change={to => to && write({ to })} />
          <Only asked={asked} choose={only => write({ only })} />
        </Group>
        {(Object.keys(REPORT_WORDS) as Kind[]).map(one => (
          <Tabs.Panel key={one} value={one} pt="md">
            <Report asked={asked} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

/** One queue, agent, number or menu instead of all of them: those there are, and those of the period that are no more. */
function Only({ asked, choose }: { asked: Asked; choose: (only: string) => void }) {
  const { t } = useSpeech();
  const names = useNames();
  const queues = useQueues();
  const agents = useAgents();
  const seen = useReport({ ...asked, only: "" }, "none");
  const field = asked.kind === "dispositions" ? "queue" : SHAPES[asked.kind].name;
  const present =
    asked.kind === "agents"
      ? agents.data?.items.map(agent => agent.login)
      : asked.kind === "queues" || asked.kind === "dispositions"
        ? queues.data?.items.map(queue => queue.name)
        : [];
  const values = new Set([
    ...(present ?? []),
    ...(seen.data?.items ?? []).map(row => text(row, field)),
    ...(asked.only ? [asked.only] : []),
  ]);
  const label = (one: string) =>
    asked.kind === "agents"
      ? names.person(one)
      : asked.kind === "numbers"
        ? phone(one).text
        : asked.kind === "menus"
          ? one
          : names.queue(one);
  const data = [...values]
    .map(one => ({ value: one, label: label(one) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  return (
    <NativeSelect
      aria-label={t(EVERY[asked.kind])}
      value={asked.only}
      data={[{ value: "", label: t(EVERY[asked.kind]) }, ...data]}
      onChange={event => choose(event.currentTarget.value)}
      maw={260}
    />
  );
}

const days = ({ from, to }: Asked) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
const unitOf = (asked: Asked): Unit =>
  days(asked) <= HOURS_UP_TO_DAYS ? "hour" : days(asked) <= DAYS_UP_TO_DAYS ? "day" : "month";
/** The server counts by hours and days; months are made of days. */
const askedBy = (unit: Unit) => (unit === "hour" ? "hour" : "day");
const path = ({ kind, from, to, only }: Asked, by: string) => `/reports/${kind}${query({ from, to, by, only })}`;

function useReport(asked: Asked, by: "hour" | "day" | "none") {
  return useQuery({ queryKey: ["reports", asked, by], queryFn: () => get<{ items: Row[] }>(path(asked, by)) });
}

/** The same number of days just before. */
function before(asked: Asked): Asked {
  const shift = (written: string) =>
    new Date(Date.parse(`${written}T00:00Z`) - days(asked) * 86_400_000).toISOString().slice(0, 10);
  return { ...asked, from: shift(asked.from), to: shift(asked.to) };
}

function Report({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const by = unitOf(asked);
  const now = useReport(asked, "none");
  const past = useReport(before(asked), "none");
  const parts = useReport(asked, askedBy(by));
  const shape = SHAPES[asked.kind];
  const title = t(REPORT_WORDS[asked.kind]);
  if (now.isLoadingError) return <Failure error={now.error} retry={() => void now.refetch()} />;
  if (now.isPending)
    return (
      <Stack role="status" aria-label={t("loading")}>
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          {shape.headline.map(({ field }) => (
            <Skeleton key={field} height={110} />
          ))}
        </SimpleGrid>
        <Skeleton height={320} />
        <Skeleton height={120} />
      </Stack>
    );
  if (now.data.items.length === 0)
    return <Empty icon={<IconChartBar />} title={t("noReport")} hint={t("noReportHint")} />;
  const bars = buckets(
    parts.data?.items ?? [],
    shape.bars.map(bar => bar.field),
    by,
    asked.from,
    asked.to,
  );
  return (
    <Stack>
      <Headlines asked={asked} now={now.data.items} past={past.data?.items ?? []} />
      <Card withBorder>
        <BarChart
          title={t("chartOf", { what: title })}
          unit={t(UNIT_WORDS[by], { what: t(UNITS[asked.kind]) })}
          bars={bars.map(bar => ({
            name: periodName(bar.period, language),
            title: periodTitle(bar.period, language),
            values: bar.values,
          }))}
          series={shape.bars.map(bar => ({ name: t(bar.word), tone: bar.tone }))}
        />
      </Card>
      <Figures asked={asked} rows={now.data.items} title={title} />
    </Stack>
  );
}
