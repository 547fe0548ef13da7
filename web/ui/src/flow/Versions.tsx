/** Every version that was published: what differs from the draft, and the way back. */

import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { get, post } from "../api/client";
import type { MenuSettingsPart, Versions as VersionList } from "../api/schema";
import { Failure } from "../components/Failure";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { ChangeList } from "./ChangeList";
import { useFlowWords } from "./words";

interface Given {
  part: MenuSettingsPart;
  draft: string;
  restored: (part: MenuSettingsPart) => void;
}

export function Versions({ part, draft, restored }: Given) {
  const t = useFlowWords();
  const { language } = useSpeech();
  const [shown, setShown] = useState<number | null>(null);
  const path = `/settings/menus/${encodeURIComponent(part.name)}`;
  const versions = useQuery({
    queryKey: ["menu-versions", part.name, part.version],
    queryFn: () => get<VersionList>(`${path}/versions`),
  });
  const restore = useMutation({
    mutationFn: (version: number) => post<MenuSettingsPart>(`${path}/restore`, { version, from_version: part.version }),
    onSuccess: restored,
  });
  if (versions.isError) return <Failure error={versions.error} retry={() => void versions.refetch()} />;
  return (
    <Stack gap="xs">
      {restore.isError && <Failure error={restore.error} retry={() => restore.reset()} />}
      {versions.data?.items.map(version => (
        <Card key={version.version} withBorder p="xs" data-testid={`version-${version.version}`}>
          <Group justify="space-between" wrap="nowrap">
            <Text fw={600}>{version.version}</Text>
            {version.is_current && (
              <Badge variant="light" tt="none">
                {t("current")}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t("byWhom", { who: version.changed_by ?? t("somebody"), when: moment(version.changed_at, language) })}
          </Text>
          <Group gap={6} mt={6}>
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={shown === version.version}
              onClick={() => setShown(shown === version.version ? null : version.version)}
            >
              {t("compare")}
            </Button>
            {!version.is_current && !version.is_deleted && (
              <Button
                size="compact-xs"
                variant="light"
                loading={restore.isPending && restore.variables === version.version}
                onClick={() => restore.mutate(version.version)}
              >
                {t("restore")}
              </Button>
            )}
          </Group>
          {shown === version.version && <ChangeList before={String(version.value.text ?? "")} after={draft} />}
        </Card>
      ))}
    </Stack>
  );
}
