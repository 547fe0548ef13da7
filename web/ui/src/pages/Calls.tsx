import { Box, Button, CloseButton, Drawer, Group, Paper, Skeleton, Stack, Title } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconPhone } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { get, query } from "../api/client";
import type { Call, Page } from "../api/types";
import { CallFilters, FILTERS, type Filter, type Filters } from "../components/CallFilters";
import { CallCards, CallTable } from "../components/CallRows";
import { CallStory } from "../components/CallStory";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { useSteadyRows } from "../live/steady";
import { startOfDay } from "../text/format";
import { useSpeech } from "../text/language";

/** The call log. Filters and the open call stand in the address; the story stands beside the list where there is room. */
export default function Calls() {
  const { t } = useSpeech();
  const [address, setAddress] = useSearchParams();
  const wide = useMediaQuery("(min-width: 75em)") ?? true;
  const filters: Filters = Object.fromEntries(FILTERS.flatMap((name) => (address.get(name) ? [[name, address.get(name)]] : [])));
  const [shown, play] = [address.get("call"), address.get("play") === "1"];

  function write(values: Record<string, string | null>, replace: boolean) {
    setAddress((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(values)) {
        if (value === null) after.delete(name);
        else after.set(name, value);
      }
      return after;
    }, { replace });
  }
  const change = (filter: Filter, value: string | null) => write({ [filter]: value }, true);
  const clear = () => write(Object.fromEntries(FILTERS.map((name) => [name, null])), true);
  const open = (id: string, playing = false) => write({ call: id, play: playing ? "1" : null }, shown !== null);
  const close = () => write({ call: null, play: null }, false);
  useHotkeys(wide && shown !== null ? [["Escape", close]] : []);
  const detail = shown !== null && <CallStory key={`${shown}${play}`} callId={shown} autoPlay={play} />;

  return (
    <div className="beside-frame"><div className="beside" data-open={(wide && shown !== null) || undefined}>
      <Stack className="beside-list" gap="sm">
        <Title order={1} size="h2">{t("calls")}</Title>
        <CallFilters filters={filters} change={change} clear={clear} />
        <Log filters={filters} shown={shown} open={open} />
      </Stack>
      {wide && detail && (
        <Paper withBorder p="lg" className="beside-detail" component="aside" aria-label={t("story")} data-testid="story-panel">
          <Group justify="space-between" mb="xs">
            <Title order={2}>{t("story")}</Title>
            <CloseButton onClick={close} aria-label={t("dismiss")} />
          </Group>
          {detail}
        </Paper>
      )}
      <Drawer opened={!wide && shown !== null} onClose={close} position="right" size="lg" title={t("story")} closeButtonProps={{ "aria-label": t("dismiss") }}>
        <Box data-testid="story-panel">{!wide && detail}</Box>
      </Drawer>
    </div></div>
  );
}

function Log({ filters, shown, open }: { filters: Filters; shown: string | null; open: (id: string, play?: boolean) => void }) {
  const { t } = useSpeech();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const { from, to, ...others } = filters;
  // A report counts by the company's days, and by when a caller joined a queue, not by when the call began.
  const asked = filters.figure
    ? { ...others, figure_from: from ?? null, figure_to: to ?? null }
    : { ...others, from: from ? startOfDay(from) : null, to: to ? startOfDay(to, 1) : null };
  const calls = useInfiniteQuery({
    queryKey: ["calls", "log", asked],
    queryFn: ({ pageParam }) => get<Page<Call>>(`/calls${query({ ...asked, limit: 50, cursor: pageParam })}`),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = calls.data?.pages.flatMap((page) => page.items) ?? [];
  const { shown: still, pointing } = useSteadyRows(rows);
  if (calls.isError) return <Failure error={calls.error} retry={() => void calls.refetch()} />;
  if (calls.isPending) return <Stack gap={8} role="status" aria-label={t("loading")}>{[0, 1, 2, 3, 4].map((row) => <Skeleton key={row} height={44} radius={8} />)}</Stack>;
  if (rows.length === 0) {
    const filtered = Object.keys(filters).length > 0;
    return <Empty icon={<IconPhone />} title={t(filtered ? "noCallsFiltered" : "noCalls")} hint={filtered ? "" : t("noCallsHint")} />;
  }
  const Rows = narrow ? CallCards : CallTable;
  return (
    <>
      <div {...pointing}><Rows calls={still} shown={shown} open={open} /></div>
      {calls.hasNextPage && (
        <Button variant="light" onClick={() => void calls.fetchNextPage()} loading={calls.isFetchingNextPage} mx="auto">{t("more")}</Button>
      )}
    </>
  );
}
