/** The house's night switches: what `*28` turns by telephone. Changes made elsewhere are seen within seconds. */

import { Group, Switch, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, put } from "../api/client";
import type { NightSwitch, NightSwitches as Shown } from "../api/schema";
import { useSpeech } from "../text/language";
import { Failure } from "./Failure";

const KEY = ["night-switches"];
const LOOK_AGAIN_MS = 10_000;

export function NightSwitches({ mayTurn }: { mayTurn: boolean }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const switches = useQuery({ queryKey: KEY, queryFn: () => get<Shown>("/switches"), refetchInterval: LOOK_AGAIN_MS });
  const turn = useMutation({
    mutationFn: ({ name, on }: { name: string; on: boolean }) =>
      put<NightSwitch>(`/switches/${encodeURIComponent(name)}`, { on }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const items = switches.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="night-switches" data-testid="night-switches">
      <Title order={2} id="night-switches" mb="sm">
        {t("nightSwitches")}
      </Title>
      <Group gap="xl">
        {items.map(one => (
          <Switch
            key={one.name}
            label={one.title || one.name}
            description={t(one.on ? "nightOn" : "nightOff")}
            checked={turn.isPending && turn.variables.name === one.name ? turn.variables.on : one.on}
            disabled={!mayTurn}
            onChange={event => turn.mutate({ name: one.name, on: event.currentTarget.checked })}
          />
        ))}
      </Group>
      {turn.isError && <Failure error={turn.error} retry={() => turn.mutate(turn.variables)} />}
    </section>
  );
}
