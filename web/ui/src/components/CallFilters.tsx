/** What of the call log is shown; every filter stands in the address, so that a view can be kept and shared. */

import { Button, Collapse, Group, NativeSelect, Pill, SegmentedControl, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconFilter, IconFilterX, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import { useAgents, useNames, useQueues } from "../live/lists";
import { figureOf, REPORT_WORDS } from "../pages/reportFigures";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";
import { DayInput } from "./DayInput";

export const FILTERS = [
  "direction",
  "queue",
  "agent",
  "result",
  "number",
  "from",
  "to",
  "figure",
  "figure_of",
] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, string>>;

const DIRECTIONS = ["all", "inbound", "outbound", "internal"] as const;
const RESULTS = [
  "answered",
  "abandoned",
  "missed",
  "voicemail",
  "callback",
  "cancelled",
  "busy",
  "blocked",
  "failed",
] as const;
const TYPING_MS = 300;

interface Props {
  filters: Filters;
  change: (filter: Filter, value: string | null) => void;
  clear: () => void;
}

export function CallFilters({ filters, change, clear }: Props) {
  const { t } = useSpeech();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const [open, { toggle }] = useDisclosure(false);
  const used = FILTERS.filter(filter => filter !== "direction" && filter !== "figure_of" && filters[filter]).length;
  return (
    <>
      <Group gap="xs">
        <SegmentedControl
          aria-label={t("direction")}
          value={filters.direction ?? "all"}
          onChange={value => change("direction", value === "all" ? null : value)}
          data={DIRECTIONS.map(value => ({ value, label: t(value) }))}
          className="segments"
        />
        {narrow && (
          <Button variant="default" leftSection={<IconFilter size={16} />} onClick={toggle} aria-expanded={open}>
            {t("filters")}
            {used > 0 && ` (${used})`}
          </Button>
        )}
      </Group>
      {filters.figure && <FigureFilter figure={filters.figure} of={filters.figure_of} clear={clear} />}
      <Collapse expanded={!narrow || open}>
        <Fields filters={filters} change={change} clear={clear} used={used} />
      </Collapse>
    </>
  );
}

/** The number of a report whose calls these are. */
function FigureFilter({ figure, of, clear }: { figure: string; of: string | undefined; clear: () => void }) {
  const { t } = useSpeech();
  const names = useNames();
  const known = figureOf(figure);
  if (known === null) return null;
  const [queue = "", code] = (of ?? "").split("/");
  const said = {
    queues: names.queue,
    agents: names.person,
    numbers: (one: string) => phone(one).text,
    menus: String,
    dispositions: () => [names.queue(queue), code].filter(Boolean).join(" · "),
  }[known.kind];
  const whole = [t(REPORT_WORDS[known.kind]), t(known.word), ...(of ? [said(of)] : [])].join(" · ");
  return (
    <Group gap={6} data-testid="figure-filter">
      <Tooltip label={t("figureOnce")} multiline maw={280}>
        <Pill
          size="lg"
          withRemoveButton
          removeButtonProps={{ "aria-label": t("clearFilters"), "aria-hidden": false, tabIndex: 0 }}
          onRemove={clear}
        >
          {whole}
        </Pill>
      </Tooltip>
    </Group>
  );
}

function Fields({ filters, change, clear, used }: Props & { used: number }) {
  const { t } = useSpeech();
  const { data: queues } = useQueues();
  const { data: agents } = useAgents();
  const [number, setNumber] = useState(filters.number ?? "");
  const tell = useDebouncedCallback((value: string) => change("number", value.trim() || null), TYPING_MS);
  useEffect(() => setNumber(filters.number ?? ""), [filters.number]);
  const select = (filter: Filter, options: { value: string; label: string }[]) => (
    <NativeSelect
      aria-label={t(filter as "queue" | "agent" | "result")}
      value={filters[filter] ?? ""}
      onChange={event => change(filter, event.currentTarget.value || null)}
      data={[{ value: "", label: t(filter as "queue" | "agent" | "result") }, ...options]}
    />
  );
  const date = (filter: "from" | "to") => (
    <DayInput
      word={filter === "from" ? "fromDay" : "toDay"}
      value={filters[filter] ?? ""}
      change={day => change(filter, day || null)}
    />
  );
  return (
    <Group gap="xs">
      <TextInput
        type="search"
        data-search
        aria-label={t("number")}
        placeholder={t("number")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={number}
        maxLength={40}
        w={170}
        onChange={event => {
          setNumber(event.currentTarget.value);
          tell(event.currentTarget.value);
        }}
      />
      {select(
        "queue",
        (queues?.items ?? []).map(queue => ({ value: queue.name, label: queue.title || queue.name })),
      )}
      {select(
        "agent",
        (agents?.items ?? []).map(agent => ({ value: agent.login, label: agent.name })),
      )}
      {select(
        "result",
        RESULTS.map(value => ({ value, label: t(value) })),
      )}
      {date("from")}
      {date("to")}
      {used > 0 && (
        <Button variant="subtle" color="gray" leftSection={<IconFilterX size={16} />} onClick={clear}>
          {t("clearFilters")}
        </Button>
      )}
    </Group>
  );
}
