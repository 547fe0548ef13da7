/** The numbers of a report: four in large type with what has changed, and the table of all of them; each opens its calls. */

import { Anchor, Card, Group, SimpleGrid, Table, Text } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { useSearchParams, Link } from "react-router";

import { useNames } from "../live/lists";
import {
  callsOf,
  change,
  overall,
  rowName,
  SHAPES,
  sorted,
  text,
  value,
  type Column,
  type Kind,
  type Row,
} from "../pages/reportFigures";
import { clock, decimal, percent } from "../text/format";
import { useSpeech } from "../text/language";
import { PhoneNumber } from "./PhoneNumber";
import { useDesk } from "./Script";
import { SortHead } from "./SortHead";

export interface Asked {
  kind: Kind;
  from: string;
  to: string;
  /** One queue, agent, number or menu; empty for all. */
  only: string;
}

function useShown() {
  const { language } = useSpeech();
  return (amount: number | null, format: Column["format"]): string => {
    if (amount === null) return "–";
    if (format === "clock") return clock(amount);
    return format === "percent" ? (percent(amount, language) ?? "–") : decimal(amount, language);
  };
}

export function Headlines({ asked, now, past }: { asked: Asked; now: Row[]; past: Row[] }) {
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      {SHAPES[asked.kind].headline.map(column => (
        <Headline
          key={column.field}
          asked={asked}
          column={column}
          now={overall(now, column)}
          past={past.length ? overall(past, column) : null}
        />
      ))}
    </SimpleGrid>
  );
}

function Headline({
  asked,
  column,
  now,
  past,
}: {
  asked: Asked;
  column: Column;
  now: number | null;
  past: number | null;
}) {
  const { t } = useSpeech();
  const shown = useShown();
  const calls = callsOf(asked.kind, column, asked.only, asked.from, asked.to);
  const written = <span className="big-number tabular">{shown(now, column.format)}</span>;
  return (
    <Card withBorder padding="md" data-testid={`headline-${column.field}`}>
      <Text size="xs" c="dimmed">
        {t(column.word)}
      </Text>
      {calls && now ? (
        <Anchor component={Link} to={calls} underline="hover" c="inherit">
          {written}
        </Anchor>
      ) : (
        written
      )}
      <Group gap={8} wrap="nowrap" mih={18}>
        <Change column={column} now={now} past={past} />
        <Text size="xs" c="dimmed" className="tabular nowrap">
          {t("before", { value: shown(past, column.format) })}
        </Text>
      </Group>
    </Card>
  );
}

/** An arrow and how much, in the colour of good or bad news. */
function Change({ column, now, past }: { column: Column; now: number | null; past: number | null }) {
  const { t, language } = useSpeech();
  const part = change(now, past, column);
  if (part === null || Math.abs(part) < 0.005) return null;
  const [up, Icon] = part > 0 ? [true, IconArrowUpRight] : [false, IconArrowDownRight];
  const news = column.glad === undefined ? "none" : (column.glad === "more") === up ? "good" : "bad";
  const written =
    column.format === "percent"
      ? t("points", { value: decimal(Math.abs(part) * 100, language, 0) })
      : percent(Math.abs(part), language);
  return (
    <Text size="xs" fw={600} className="news tabular nowrap" data-news={news}>
      <Icon size={14} aria-hidden="true" />
      <span className="unseen">{t(up ? "moreThanBefore" : "lessThanBefore")}</span>
      {written}
    </Text>
  );
}

export function Figures({ asked, rows, title }: { asked: Asked; rows: Row[]; title: string }) {
  const { t } = useSpeech();
  const names = useNames();
  const shown = useShown();
  const [address, setAddress] = useSearchParams();
  const { name, columns } = SHAPES[asked.kind];
  const known = new Set(["name", ...columns.map(column => column.field)]);
  const asks = address.get("sort");
  const sort = asks !== null && known.has(asks.replace(/^-/, "")) ? asks : null;
  const plain = (row: Row) =>
    (asked.kind === "agents" ? names.person : asked.kind === "queues" ? names.queue : String)(text(row, name));
  const turn = (field: string) =>
    setAddress(
      before =>
        new URLSearchParams({ ...Object.fromEntries(before), sort: sort === `-${field}` ? field : `-${field}` }),
      { replace: true },
    );
  const called = (row: Row) => {
    if (asked.kind === "numbers") return <PhoneNumber number={text(row, name)} />;
    if (asked.kind === "dispositions") return <DispositionName queue={text(row, "queue")} code={text(row, name)} />;
    return plain(row);
  };
  return (
    <Table.ScrollContainer minWidth={720} type="native" className="sheet" tabIndex={0} role="region" aria-label={title}>
      <Table verticalSpacing="xs" highlightOnHover data-testid="report">
        <Table.Thead>
          <Table.Tr>
            <SortHead field="name" sort={sort} turn={turn}>
              {t("name")}
            </SortHead>
            {columns.map(column => (
              <SortHead key={column.field} field={column.field} sort={sort} turn={turn} right>
                {t(column.word)}
              </SortHead>
            ))}
            {asked.kind === "menus" && <Table.Th>{t("choices")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted(rows, sort, plain).map(row => (
            <Table.Tr key={`${text(row, "queue")} ${text(row, name)}`}>
              <Table.Th scope="row" fw={600} className="report-name">
                {called(row)}
              </Table.Th>
              {columns.map(column => {
                const amount = value(row, column.field);
                const calls = callsOf(asked.kind, column, rowName(asked.kind, row), asked.from, asked.to);
                return (
                  <Table.Td key={column.field} ta="right" className="tabular">
                    {calls && amount ? (
                      <Link to={calls} className="number-link">
                        {shown(amount, column.format)}
                      </Link>
                    ) : (
                      shown(amount, column.format)
                    )}
                  </Table.Td>
                );
              })}
              {"options" in row && (
                <Table.Td>{row.options?.map(option => `${option.keys || "–"}: ${option.count}×`).join(" · ")}</Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function DispositionName({ queue, code }: { queue: string; code: string }) {
  const { language } = useSpeech();
  const names = useNames();
  const { data } = useDesk(queue);
  const title = data?.dispositions.find(one => one.code === code)?.title;
  return (
    <>
      {names.queue(queue)} · {title?.[language] ?? Object.values(title ?? {})[0] ?? code}
    </>
  );
}
