import { Button, Card, Group, NativeSelect, SimpleGrid, Skeleton, Stack, Table, Tabs, Text, Title } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { get, query, saveTable } from "../api/client";
import { BarChart } from "../components/BarChart";
import { DayInput } from "../components/DayInput";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { useDesk } from "../components/Script";
import { PhoneNumber } from "../components/PhoneNumber";
import { useNames } from "../live/lists";
import { clock, day, decimal, percent, periodName } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { buckets, overall, SHAPES, text, value, type Column, type Kind, type Row } from "./reportFigures";

const KINDS: Record<Kind, Word> = { queues: "reportQueues", agents: "reportAgents", numbers: "reportNumbers", menus: "reportMenus", dispositions: "reportDispositions" };
const PERIODS: { word: Word; from: number; to: number }[] = [
  { word: "today", from: 0, to: 0 },
  { word: "yesterday", from: 1, to: 1 },
  { word: "last7", from: 6, to: 0 },
  { word: "last30", from: 29, to: 0 },
];
const HOURS_UP_TO_DAYS = 2;

interface Asked {
  kind: Kind;
  from: string;
  to: string;
}

/** How it went: four numbers with the period before, one chart, the table below; everything stands in the address. */
export default function Reports() {
  const { t } = useSpeech();
  const [address, setAddress] = useSearchParams();
  const kind = (address.get("of") ?? "queues") as Kind;
  const asked: Asked = { kind: kind in KINDS ? kind : "queues", from: address.get("from") ?? day(), to: address.get("to") ?? day() };
  const write = (values: Record<string, string>) =>
    setAddress((before) => new URLSearchParams({ ...Object.fromEntries(before), ...values }), { replace: true });
  const preset = PERIODS.findIndex((period) => day(period.from) === asked.from && day(period.to) === asked.to);
  return (
    <Stack>
      <Title order={1} size="h2">{t("reports")}</Title>
      <Group gap="xs">
        <NativeSelect
          aria-label={t("period")}
          value={preset < 0 ? "" : String(preset)}
          onChange={(event) => {
            const period = PERIODS[Number(event.currentTarget.value)];
            if (event.currentTarget.value !== "" && period) write({ from: day(period.from), to: day(period.to) });
          }}
          data={[...(preset < 0 ? [{ value: "", label: t("period") }] : []), ...PERIODS.map((period, place) => ({ value: String(place), label: t(period.word) }))]}
        />
        <DayInput word="fromDay" value={asked.from} max={asked.to} change={(from) => from && write({ from })} />
        <DayInput word="toDay" value={asked.to} min={asked.from} change={(to) => to && write({ to })} />
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => void saveTable(path(asked, days(asked) <= HOURS_UP_TO_DAYS ? "hour" : "day"), `${asked.kind}-${asked.from}-${asked.to}.csv`)}>
          {t("saveTable")}
        </Button>
      </Group>
      <Tabs value={asked.kind} onChange={(of) => of && write({ of })} keepMounted={false}>
        <Tabs.List>{(Object.keys(KINDS) as Kind[]).map((one) => <Tabs.Tab key={one} value={one}>{t(KINDS[one])}</Tabs.Tab>)}</Tabs.List>
        {(Object.keys(KINDS) as Kind[]).map((one) => (
          <Tabs.Panel key={one} value={one} pt="md"><Report asked={{ ...asked, kind: one }} /></Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

const days = ({ from, to }: Asked) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
const path = ({ kind, from, to }: Asked, by: string) => `/reports/${kind}${query({ from, to, by })}`;

function useReport(asked: Asked, by: "hour" | "day" | "none") {
  return useQuery({ queryKey: ["reports", asked, by], queryFn: () => get<{ items: Row[] }>(path(asked, by)) });
}

/** The same number of days just before. */
function before(asked: Asked): Asked {
  const shift = (written: string) => new Date(Date.parse(`${written}T00:00Z`) - days(asked) * 86_400_000).toISOString().slice(0, 10);
  return { ...asked, from: shift(asked.from), to: shift(asked.to) };
}

function Report({ asked }: { asked: Asked }) {
  const { t, language } = useSpeech();
  const by = days(asked) <= HOURS_UP_TO_DAYS ? "hour" : "day";
  const now = useReport(asked, "none");
  const past = useReport(before(asked), "none");
  const parts = useReport(asked, by);
  const shape = SHAPES[asked.kind];
  if (now.isError) return <Failure error={now.error} retry={() => void now.refetch()} />;
  if (now.isPending) return <Skeleton height={360} role="status" aria-label={t("loading")} />;
  if (now.data.items.length === 0) return <Empty icon={<IconChartBar />} title={t("noReport")} hint={t("noReportHint")} />;
  const bars = buckets(parts.data?.items ?? [], shape.bars.map((bar) => bar.field), by, asked.from, asked.to);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {shape.headline.map((column) => <Headline key={column.field} column={column} now={now.data.items} past={past.data?.items ?? []} />)}
      </SimpleGrid>
      <Card withBorder>
        <BarChart
          title={t("chartOf", { what: t(KINDS[asked.kind]) })}
          bars={bars.map((bar) => ({ name: periodName(bar.period, language), values: bar.values }))}
          series={shape.bars.map((bar) => ({ name: t(bar.word), tone: bar.tone }))}
        />
      </Card>
      <Figures asked={asked} rows={now.data.items} />
    </Stack>
  );
}

function DispositionName({ queue, code }: { queue: string; code: string }) {
  const { language } = useSpeech();
  const names = useNames();
  const { data } = useDesk(queue);
  const title = data?.dispositions.find((one) => one.code === code)?.title;
  return <>{names.queue(queue)} · {title?.[language] ?? Object.values(title ?? {})[0] ?? code}</>;
}

function useShown() {
  const { language } = useSpeech();
  return (amount: number | null, format: Column["format"]): string => {
    if (amount === null) return "–";
    if (format === "clock") return clock(amount);
    return format === "percent" ? (percent(amount, language) ?? "–") : decimal(amount, language);
  };
}

function Headline({ column, now, past }: { column: Column; now: Row[]; past: Row[] }) {
  const { t } = useSpeech();
  const shown = useShown();
  return (
    <Card withBorder padding="md">
      <Text size="xs" c="dimmed">{t(column.word)}</Text>
      <Text className="big-number tabular">{shown(overall(now, column), column.format)}</Text>
      <Text size="xs" c="dimmed" className="tabular">{t("before", { value: shown(past.length ? overall(past, column) : null, column.format) })}</Text>
    </Card>
  );
}

function Figures({ asked, rows }: { asked: Asked; rows: Row[] }) {
  const { t } = useSpeech();
  const names = useNames();
  const shown = useShown();
  const { name, columns } = SHAPES[asked.kind];
  const called = (row: Row) => {
    const written = text(row, name);
    if (asked.kind === "numbers") return <PhoneNumber number={written} />;
    if (asked.kind === "dispositions") return <DispositionName queue={text(row, "queue")} code={written} />;
    return asked.kind === "agents" ? names.person(written) : asked.kind === "queues" ? names.queue(written) : written;
  };
  return (
    <Table.ScrollContainer minWidth={720} type="native" className="sheet" tabIndex={0} role="region" aria-label={t(KINDS[asked.kind])}>
      <Table verticalSpacing="xs" highlightOnHover data-testid="report">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("name")}</Table.Th>
            {columns.map((column) => <Table.Th key={column.field} ta="right">{t(column.word)}</Table.Th>)}
            {asked.kind === "menus" && <Table.Th>{t("choices")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${text(row, "queue")} ${text(row, name)}`}>
              <Table.Th scope="row" fw={600} className="nowrap">{called(row)}</Table.Th>
              {columns.map((column) => <Table.Td key={column.field} ta="right" className="tabular">{shown(value(row, column.field), column.format)}</Table.Td>)}
              {"options" in row && <Table.Td>{row.options?.map((option) => `${option.keys || "–"}: ${option.count}×`).join(" · ")}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
