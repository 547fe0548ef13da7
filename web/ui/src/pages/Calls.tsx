import { Box, CloseButton, Drawer, Group, Paper, Skeleton, Stack, Title } from "@mantine/core";
import { useElementSize, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconPhone } from "@tabler/icons-react";

import type { Call } from "../api/types";
import { CallFilters, FILTERS, type Filter, type Filters } from "../components/CallFilters";
import { CallCards, CallTable } from "../components/CallRows";
import { CallStory } from "../components/CallStory";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { orderOf, turned } from "../live/order";
import { useSteadyRows } from "../live/steady";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { startOfDay } from "../text/zone";
import { useSpeech } from "../text/language";

const ORDERS = ["started_at", "wait_s", "talk_s"] as const;
const NEWEST = "-started_at";
/** What the table needs; in less the calls are cards. */
const TABLE_PX = 680;

/** The call log. Filters, order, pages and the open call stand in the address; the story stands beside the list where there is room. */
export default function Calls() {
  const { t } = useSpeech();
  const { address, change: replace, go } = useAddress();
  const wide = useMediaQuery("(min-width: 75em)") ?? true;
  const { ref: list, width } = useElementSize<HTMLDivElement>();
  const filters: Filters = Object.fromEntries(
    FILTERS.flatMap(name => (address.get(name) ? [[name, address.get(name)]] : [])),
  );
  const [shown, play] = [address.get("call"), address.get("play") === "1"];

  const sort = orderOf(address.get("sort"), ORDERS);
  const change = (filter: Filter, value: string | null) => replace({ [filter]: value, pages: null });
  const clear = () => replace({ ...Object.fromEntries(FILTERS.map(name => [name, null])), pages: null });
  const turn = (field: string) => {
    const after = turned(sort ?? NEWEST, field, "falling");
    replace({ sort: after === NEWEST ? null : after, pages: null });
  };
  const open = (id: string, playing = false) =>
    (shown === null ? go : replace)({ call: id, play: playing ? "1" : null });
  const close = () => go({ call: null, play: null });
  useHotkeys(wide && shown !== null ? [["Escape", close]] : []);
  const detail = shown !== null && <CallStory key={`${shown}${play}`} callId={shown} autoPlay={play} />;

  return (
    <div className="beside-frame">
      <div className="beside" data-open={(wide && shown !== null) || undefined}>
        <Stack className="beside-list" gap="sm" ref={list}>
          <Title order={1} size="h2">
            {t("calls")}
          </Title>
          <CallFilters filters={filters} change={change} clear={clear} />
          <Log
            filters={filters}
            sort={sort}
            turn={turn}
            shown={shown}
            open={open}
            narrow={width > 0 && width < TABLE_PX}
          />
        </Stack>
        {wide && detail && (
          <Paper
            withBorder
            p="lg"
            className="beside-detail"
            component="aside"
            aria-label={t("story")}
            data-testid="story-panel"
          >
            <Group justify="space-between" mb="xs">
              <Title order={2}>{t("story")}</Title>
              <CloseButton onClick={close} aria-label={t("dismiss")} />
            </Group>
            {detail}
          </Paper>
        )}
        <Drawer
          opened={!wide && shown !== null}
          onClose={close}
          position="right"
          size="lg"
          title={t("story")}
          closeButtonProps={{ "aria-label": t("dismiss") }}
        >
          <Box data-testid="story-panel">{!wide && detail}</Box>
        </Drawer>
      </div>
    </div>
  );
}

interface LogProps {
  filters: Filters;
  sort: string | null;
  turn: (field: string) => void;
  shown: string | null;
  open: (id: string, play?: boolean) => void;
  narrow: boolean;
}

function Log({ filters, sort, turn, shown, open, narrow }: LogProps) {
  const { t } = useSpeech();
  const { from, to, ...others } = filters;
  // A report counts by the company's days, and by when a caller joined a queue, not by when the call began.
  const asked = filters.figure
    ? { ...others, figure_from: from ?? null, figure_to: to ?? null }
    : { ...others, from: from ? startOfDay(from) : null, to: to ? startOfDay(to, 1) : null };
  const whole = { ...asked, sort };
  const calls = usePages<Call>({ key: ["calls", "log", whole], path: "/calls", asked: whole, limit: 50 });
  const { rows } = calls;
  const { shown: still, pointing } = useSteadyRows(rows);
  if (calls.isLoadingError) return <Failure error={calls.error} retry={() => void calls.refetch()} />;
  if (calls.isPending)
    return (
      <Stack gap={8} role="status" aria-label={t("loading")}>
        {[0, 1, 2, 3, 4].map(row => (
          <Skeleton key={row} height={44} radius={8} />
        ))}
      </Stack>
    );
  if (rows.length === 0) {
    const filtered = Object.keys(filters).length > 0;
    return (
      <Empty
        icon={<IconPhone />}
        title={t(filtered ? "noCallsFiltered" : "noCalls")}
        hint={filtered ? "" : t("noCallsHint")}
      />
    );
  }
  const Rows = narrow ? CallCards : CallTable;
  return (
    <>
      <div {...pointing}>
        <Rows calls={still} sort={sort ?? NEWEST} turn={turn} shown={shown} open={open} />
      </div>
      <MorePages list={calls} />
    </>
  );
}
