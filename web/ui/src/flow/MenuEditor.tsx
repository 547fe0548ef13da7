/** One voice menu: the drawing, and beside it the chosen step, the test caller, the versions and the text. */

import {
  ActionIcon,
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Grid,
  Group,
  Menu,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Textarea,
  Title,
  Tooltip,
} from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconArrowForwardUp, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, get, put } from "../api/client";
import type { MenuFault, MenuSettingsPart, Tried } from "../api/schema";
import { Failure } from "../components/Failure";
import { useSpeech } from "../text/language";
import {
  addNode,
  arrangeNodes,
  freeName,
  moveNode,
  readFlow,
  removeNodes,
  renameNode,
  setFacts,
  setStart,
  writeField,
  type Flow,
} from "./document";
import { sentence, stepOf } from "./faultsAt";
import { Conflict } from "./Conflict";
import { FlowCanvas } from "./FlowCanvas";
import { ADDABLE, freshBody, ICONS } from "./kinds";
import { MenuFacts } from "./MenuFacts";
import { NodeForm } from "./NodeForm";
import { TryOut } from "./TryOut";
import { useDestinations } from "./useDestinations";
import { useDraft, type Draft } from "./useDraft";
import { useFaults } from "./useFaults";
import { Versions } from "./Versions";
import { shortName } from "../admin/shortName";
import { inEach, useFlowWords, useNames } from "./words";

export default function MenuEditor() {
  const { name = "" } = useParams();
  const { t } = useSpeech();
  const menu = useQuery({
    queryKey: ["settings", "menus", name],
    queryFn: () => get<MenuSettingsPart>(`/settings/menus/${encodeURIComponent(name)}`),
    refetchOnWindowFocus: true,
  });
  if (menu.isError) return <Failure error={menu.error} retry={() => void menu.refetch()} />;
  if (menu.isPending) return <Skeleton height={420} role="status" aria-label={t("loading")} />;
  return <Editor key={name} part={menu.data} />;
}

function Editor({ part }: { part: MenuSettingsPart }) {
  const t = useFlowWords();
  const queries = useQueryClient();
  const draft = useDraft(part);
  const flow = useMemo(() => readFlow(draft.text), [draft.text]);
  const faults = useFaults(part.name, draft.text);
  const [chosen, setChosen] = useState<string | null>(null);
  const [tab, setTab] = useState<string | null>("step");
  const [tried, setTried] = useState<Tried | null>(null);
  const wrong = faults.filter(fault => !fault.is_warning);
  const been = useMemo(
    () => new Set((tried?.been ?? []).filter(way => way.menu === part.name).map(way => way.node)),
    [tried, part.name],
  );
  const settle = (published: MenuSettingsPart, message: string) => {
    queries.setQueryData(["settings", "menus", part.name], published);
    void queries.invalidateQueries({ queryKey: ["menu-versions", part.name] });
    void queries.invalidateQueries({ queryKey: ["settings", "menus", "all"] });
    draft.follow(published);
    notifications.show({ message });
  };
  const choose = (name: string | null) => {
    setChosen(name);
    if (name !== null && (tab !== "try" || tried === null)) setTab("step");
  };
  // In a field too: what is typed there is a change of the menu like any other.
  useHotkeys(
    [
      ["mod+Z", draft.undo],
      ["mod+shift+Z", draft.redo],
      ["mod+Y", draft.redo],
    ],
    [],
  );
  return (
    <Stack gap="sm">
      <Bar
        part={part}
        flow={flow}
        draft={draft}
        wrong={wrong.length}
        faults={faults.length}
        published={now => settle(now, t("published"))}
        added={choose}
        openText={() => setTab("text")}
      />
      {flow === null && <Alert color="red">{t("unreadable")}</Alert>}
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 8 }}>
          {flow !== null && (
            <ReactFlowProvider>
              <FlowCanvas
                flow={flow}
                faults={faults}
                language={flow.languages[0] ?? "es"}
                chosen={chosen}
                here={tried !== null && tried.arrived === null && tried.menu === part.name ? tried.node : null}
                been={been}
                choose={choose}
                connect={(from, way, to) => {
                  const node = flow.nodes.find(one => one.name === from);
                  const path = node?.ways[way]?.path;
                  if (node && path) draft.write(writeField(draft.text, from, node.kind, path, to));
                }}
                move={(name, { x, y }) => draft.write(moveNode(draft.text, name, x, y), `move ${name}`)}
                remove={names => {
                  draft.write(removeNodes(draft.text, names));
                  setChosen(null);
                }}
                arrange={() => draft.write(arrangeNodes(draft.text))}
              />
            </ReactFlowProvider>
          )}
          <Text size="xs" c="dimmed" mt={4}>
            {t("connectHint")}
          </Text>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Card withBorder padding="sm">
            <Tabs value={tab} onChange={setTab} keepMounted={false}>
              <Tabs.List mb="sm">
                <Tabs.Tab value="step">{t("step")}</Tabs.Tab>
                <Tabs.Tab value="try">{t("tryOut")}</Tabs.Tab>
                <Tabs.Tab value="versions">{t("versions")}</Tabs.Tab>
                <Tabs.Tab value="text">{t("text")}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="step">
                <Step flow={flow} chosen={chosen} faults={faults} draft={draft} choose={setChosen} />
              </Tabs.Panel>
              <Tabs.Panel value="try">
                <TryOut
                  name={part.name}
                  text={draft.text}
                  languages={flow?.languages ?? ["es"]}
                  hasFaults={wrong.length > 0 || flow === null}
                  show={setTried}
                />
              </Tabs.Panel>
              <Tabs.Panel value="versions">
                <Versions
                  part={part}
                  draft={draft.text}
                  restored={now => settle(now, t("restored", { version: now.version }))}
                />
              </Tabs.Panel>
              <Tabs.Panel value="text">
                <TextPane draft={draft} faults={faults} />
              </Tabs.Panel>
            </Tabs>
          </Card>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

interface BarGiven {
  part: MenuSettingsPart;
  flow: Flow | null;
  draft: Draft;
  wrong: number;
  faults: number;
  published: (part: MenuSettingsPart) => void;
  added: (name: string) => void;
  openText: () => void;
}

function Bar({ part, flow, draft, wrong, faults, published, added, openText }: BarGiven) {
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

function Step({
  flow,
  chosen,
  faults,
  draft,
  choose,
}: {
  flow: Flow | null;
  chosen: string | null;
  faults: MenuFault[];
  draft: Draft;
  choose: (name: string | null) => void;
}) {
  const t = useFlowWords();
  const node = flow?.nodes.find(one => one.name === chosen);
  if (!flow)
    return (
      <Text size="sm" c="dimmed">
        {t("unreadable")}
      </Text>
    );
  if (!node)
    return (
      <MenuFacts
        flow={flow}
        change={facts => draft.write(setFacts(draft.text, { ...facts }), Object.keys(facts).join(" "))}
      />
    );
  return (
    <NodeForm
      key={node.name}
      flow={flow}
      node={node}
      faults={faults.filter(fault => stepOf(fault) === node.name)}
      write={(path, value) =>
        draft.write(writeField(draft.text, node.name, node.kind, path, value), [node.name, ...path].join(" "))
      }
      rename={name => {
        draft.write(renameNode(draft.text, node.name, name));
        choose(name);
      }}
      remove={() => {
        draft.write(removeNodes(draft.text, [node.name]));
        choose(null);
      }}
      makeStart={() => draft.write(setStart(draft.text, node.name))}
    />
  );
}

function TextPane({ draft, faults }: { draft: Draft; faults: MenuFault[] }) {
  const t = useFlowWords();
  return (
    <Stack gap="xs">
      {faults.map((fault, index) => (
        <Alert
          key={index}
          p="xs"
          color={fault.is_warning ? "yellow" : "red"}
          title={`${t("line", { line: fault.line })}${stepOf(fault) === null ? "" : ` · ${stepOf(fault)}`}`}
        >
          {sentence(fault.message)}
        </Alert>
      ))}
      <Textarea
        aria-label={t("text")}
        value={draft.text}
        autosize
        minRows={20}
        maxRows={40}
        spellCheck={false}
        styles={{
          input: { fontFamily: "ui-monospace, monospace", fontSize: "0.75rem", whiteSpace: "pre", overflowX: "auto" },
        }}
        onChange={event => draft.write(event.currentTarget.value, "text")}
      />
    </Stack>
  );
}
