/** Every version of a part, and any of them in force again. */

import { Accordion, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { get, post } from "../api/client";
import type { Page } from "../api/types";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { moment } from "./moment";
import { isSingle, useLookAgain, type Part, type Written } from "./parts";
import { Refusal } from "./Refusal";
import { useAdmin } from "./words";

interface OldVersion {
  version: number;
  is_current: boolean;
  is_deleted: boolean;
  changed_at: string;
  changed_by: string | null;
}

export function PartHistory({ kind, part }: { kind: string; part: Written }) {
  const { a, language } = useAdmin();
  const names = useNames();
  const { may } = useRights();
  const again = useLookAgain();
  const [open, setOpen] = useState<string | null>(null);
  const place = isSingle(kind) ? `/settings/${kind}` : `/settings/${kind}/${encodeURIComponent(part.name)}`;
  const versions = useQuery({
    queryKey: ["settings", kind, "versions", part.name, part.version],
    queryFn: () => get<Page<OldVersion>>(`${place}/versions`),
    enabled: open !== null,
  });
  const restore = useMutation({
    mutationFn: (version: number) => post<Part>(`${place}/restore`, { version, from_version: part.version }),
    onSuccess: () => {
      again();
      notifications.show({ message: a("restored"), color: "green" });
    },
  });
  return (
    <Accordion variant="contained" value={open} onChange={setOpen}>
      <Accordion.Item value="history">
        <Accordion.Control>
          {a("history")} ({part.version})
        </Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            {versions.data?.items.map(one => (
              <Group key={one.version} justify="space-between">
                <Group gap="xs">
                  <Text fw={600}>{a("version", { version: one.version })}</Text>
                  <Text c="dimmed" size="sm">
                    {a("changedBy", {
                      who: one.changed_by ? names.person(one.changed_by) : a("somebody"),
                      when: moment(one.changed_at, language),
                    })}
                  </Text>
                  {one.is_current && (
                    <Badge variant="light" color="green">
                      {a("current")}
                    </Badge>
                  )}
                  {one.is_deleted && (
                    <Badge variant="light" color="gray">
                      {a("deletedVersion")}
                    </Badge>
                  )}
                </Group>
                {!one.is_current && !one.is_deleted && may(`settings.${kind}.restore`) && (
                  <Button
                    size="xs"
                    variant="light"
                    loading={restore.isPending && restore.variables === one.version}
                    onClick={() => restore.mutate(one.version)}
                  >
                    {a("restore")}
                  </Button>
                )}
              </Group>
            ))}
            {restore.isError && <Refusal error={restore.error} />}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
