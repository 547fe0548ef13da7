/** One voice menu: the drawing, and beside it the chosen step, the test caller, the versions and the text. */

import { Alert, Card, Grid, Skeleton, Stack, Tabs, Text, Textarea } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useMemo, useState } from "react";
import { useParams } from "react-router";

import { get } from "../api/client";
import type { MenuFault, MenuSettingsPart, Tried } from "../api/schema";
import { Failure } from "../components/Failure";
import { useSpeech } from "../text/language";
import {
  arrangeNodes,
  moveNode,
  readFlow,
  removeNodes,
  renameNode,
  setFacts,
  setStart,
  writeField,
  type Flow,
} from "./document";
import { EditorBar } from "./EditorBar";
import { sentence, stepOf } from "./faultsAt";
import { FlowCanvas } from "./FlowCanvas";
import { MenuFacts } from "./MenuFacts";
import { NodeForm } from "./NodeForm";
import { TryOut } from "./TryOut";
import { useDraft, type Draft } from "./useDraft";
import { useFaults } from "./useFaults";
import { Versions } from "./Versions";
import { useFlowWords } from "./words";

export default function MenuEditor() {
  const { name = "" } = useParams();
  const { t } = useSpeech();
  const menu = useQuery({
    queryKey: ["settings", "menus", name],
    queryFn: () => get<MenuSettingsPart>(`/settings/menus/${encodeURIComponent(name)}`),
    refetchOnWindowFocus: true,
  });
  if (menu.isLoadingError) return <Failure error={menu.error} retry={() => void menu.refetch()} />;
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
      <EditorBar
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
