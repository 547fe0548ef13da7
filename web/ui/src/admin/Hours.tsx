/** What is open when: everything that goes by hours, its week, its holidays and its night switch on one page. */

import { Badge, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconClockHour4 } from "@tabler/icons-react";
import { Link } from "react-router";

import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { useRights } from "../live/may";
import { isFields, type Fields } from "./jsonSchema";
import { choiceLabel } from "./labels";
import { useParts, type Part } from "./parts";
import { kindWord } from "./PartList";
import { regionName } from "./regions";
import type { Weekly } from "./week";
import { useAdmin } from "./words";

const MANY = { limit: 500 };
const KINDS = ["queues", "voicemail_boxes"] as const;

export default function Hours() {
  const { a } = useAdmin();
  const { may } = useRights();
  const queues = useParts("queues", MANY);
  const boxes = useParts("voicemail_boxes", MANY);
  const failed = [queues, boxes].find(parts => parts.isError);
  const rows = [
    ...(queues.data?.items ?? []).map(part => ({ kind: KINDS[0], part })),
    ...(boxes.data?.items ?? []).map(part => ({ kind: KINDS[1], part })),
  ];
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("hours")}
      </Title>
      <Text c="dimmed">{a("hoursAbout")}</Text>
      {failed?.error && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      {(queues.isLoading || boxes.isLoading) && <Skeleton height={160} />}
      {!failed && !queues.isLoading && !boxes.isLoading && rows.length === 0 && (
        <Empty icon={<IconClockHour4 />} title={a("noHours")} hint={a("noHoursHint")} />
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer
          minWidth={560}
          type="native"
          className="sheet"
          tabIndex={0}
          role="region"
          aria-label={a("hours")}
        >
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{a("what")}</Table.Th>
                <Table.Th>{a("openThen")}</Table.Th>
                <Table.Th>{a("holidays")}</Table.Th>
                <Table.Th>{a("nightSwitch")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ kind, part }) => (
                <Row key={`${kind}/${part.name}`} kind={kind} part={part} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {may("settings.menus.list") && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            {a("hoursOfMenus")}
          </Text>
          <Link to="/settings/menus" className="number-link">
            {a("menus")}
          </Link>
        </Group>
      )}
    </Stack>
  );
}

function Row({ kind, part }: { kind: string; part: Part }) {
  const { a, language } = useAdmin();
  const hours = isFields(part.value["hours"]) ? part.value["hours"] : null;
  const holidays = String(hours?.["holidays"] ?? "");
  return (
    <Table.Tr data-testid="hours-row">
      <Table.Td>
        <Link to={`/settings/${kind}/${encodeURIComponent(part.name)}`} className="number-link">
          {String(part.value["title"] || part.name)}
        </Link>
        <Text size="xs" c="dimmed">
          {kindWord(a, kind, "one")}
        </Text>
      </Table.Td>
      <Table.Td>
        {hours === null ? (
          <Text size="sm" c="dimmed">
            {a("alwaysOpenShort")}
          </Text>
        ) : (
          <Week hours={hours} />
        )}
      </Table.Td>
      <Table.Td>{holidays === "" ? "–" : `${regionName(holidays, language)} (${holidays})`}</Table.Td>
      <Table.Td>{String(hours?.["switch"] || "–")}</Table.Td>
    </Table.Tr>
  );
}

function Week({ hours }: { hours: Fields }) {
  const { a, language } = useAdmin();
  const weekly = Object.entries(isFields(hours["weekly"]) ? (hours["weekly"] as Weekly) : {});
  if (weekly.length === 0)
    return (
      <Badge color="gray" variant="light">
        {a("closedDay")}
      </Badge>
    );
  return (
    <Stack gap={2}>
      {weekly.map(([days, spans]) => (
        <Group key={days} gap={6} wrap="nowrap">
          <Text size="sm" className="nowrap">
            {days
              .split("-")
              .map(day => choiceLabel(day, language).slice(0, 3))
              .join("–")}
          </Text>
          <Text size="sm" className="tabular nowrap">
            {spans.join(", ")}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
