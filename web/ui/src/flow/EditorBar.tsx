/** The bar over a menu's drawing: what state the draft is in, new steps, undo and redo, publishing. */

import { ActionIcon, Alert, Anchor, Badge, Button, Group, Menu, Title, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { shortName } from "../admin/shortName";
import { ApiError, put } from "../api/client";
import type { MenuSettingsPart } from "../api/schema";
import { Failure } from "../components/Failure";
import { Conflict } from "./Conflict";
import { addNode, freeName, type Flow } from "./document";
import { ADDABLE, freshBody, ICONS } from "./kinds";
import { useDestinations } from "./useDestinations";
import type { Draft } from "./useDraft";
import { inEach, useFlowWords, useNames } from "./words";

interface Given {
  part: MenuSettingsPart;
  flow: Flow | null;
  draft: Draft;
  wrong: number;
  faults: number;
  published: (part: MenuSettingsPart) => void;
  added: (name: string) => void;
  openText: () => void;
}

export function EditorBar({ part, flow, draft, wrong, faults, published, added, openText }: Given) {
  const t = useFlowWords();
  const queries = useQueryClient();
  const [joined, setJoined] = useState<string | null>(null);
  const publish = useMutation({
    mutationFn: () =>
      put<MenuSettingsPart>(`/settings/menus/${encodeURIComponent(part.name)}?version=${draft.version}`, {
        name: part.name,
        text: draft.text,
      }),
    onSuccess: published,
    onError: error => {
      if (isConflict(error)) void queries.invalidateQueries({ queryKey: ["settings", "menus", part.name] });
    },
  });
  return (
    <>
      <Group justify="space-between">
        <Group gap="xs">
          <Anchor component={Link} to="/settings/menus">
            {t("menus")}
          </Anchor>
          <Title order={1} size="h2">
            {flow?.title || part.name}
          </Title>
          <Badge variant="light" tt="none" color={draft.isChanged ? "yellow" : "gray"} data-testid="draft-state">
            {draft.isChanged ? t("changed") : t("unchanged", { version: draft.version })}
          </Badge>
          <Button
            size="compact-xs"
            variant="subtle"
            color={wrong > 0 ? "red" : faults > 0 ? "yellow" : "green"}
            onClick={openText}
            data-testid="fault-count"
          >
            {faults === 0 ? t("noFaults") : faults === 1 ? t("oneFault") : t("faults", { count: faults })}
          </Button>
        </Group>
        <Group gap={6}>
          <AddStep part={part} flow={flow} draft={draft} added={added} />
          <Tooltip label={`${t("undo")} (Ctrl Z)`}>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={t("undo")}
              disabled={!draft.canUndo}
              onClick={draft.undo}
            >
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={`${t("redo")} (Ctrl Y)`}>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={t("redo")}
              disabled={!draft.canRedo}
              onClick={draft.redo}
            >
              <IconArrowForwardUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Button variant="default" disabled={!draft.isChanged} onClick={() => draft.follow(part)}>
            {t("discard")}
          </Button>
          <Tooltip label={t("publishHint")} multiline maw={280}>
            <Button
              disabled={!draft.isChanged || wrong > 0 || flow === null || part.version > draft.version}
              loading={publish.isPending}
              onClick={() => publish.mutate()}
            >
              {t("publish")}
            </Button>
          </Tooltip>
        </Group>
      </Group>
      {draft.isChanged && part.version > draft.version ? (
        <Conflict part={part} draft={draft} told={setJoined} />
      ) : (
        publish.isError &&
        !isConflict(publish.error) && <Failure error={publish.error} retry={() => publish.mutate()} />
      )}
      {joined !== null && draft.isChanged && (
        <Alert color="green" role="status" withCloseButton closeButtonLabel={t("hide")} onClose={() => setJoined(null)}>
          {joined}
        </Alert>
      )}
    </>
  );
}

const isConflict = (error: unknown) => error instanceof ApiError && error.status === 409;

function AddStep({
  part,
  flow,
  draft,
  added,
}: {
  part: MenuSettingsPart;
  flow: Flow | null;
  draft: Draft;
  added: (name: string) => void;
}) {
  const t = useFlowWords();
  const named = useNames();
  const destinations = useDestinations();
  const add = (kind: string) => {
    if (flow === null) return;
    const firsts = Object.fromEntries(
      Object.entries(destinations).map(([to, known]) => [
        to,
        known.find(one => to !== "menu" || one.value !== part.name)?.value,
      ]),
    );
    const name = freeName(flow, shortName(named(kind)) || kind);
    const words = inEach(flow.languages.length > 0 ? flow.languages : ["es"], "newWords");
    draft.write(addNode(draft.text, name, kind, freshBody(kind, "hang_up", words, firsts)));
    added(name);
  };
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button variant="default" leftSection={<IconPlus size={16} />} disabled={flow === null}>
          {t("add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70dvh" style={{ overflowY: "auto" }}>
        {ADDABLE.map(kind => {
          const Icon = ICONS[kind];
          return (
            <Menu.Item key={kind} leftSection={Icon && <Icon size={16} aria-hidden="true" />} onClick={() => add(kind)}>
              {named(kind)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
