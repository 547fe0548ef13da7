/** The voice menus of the company, and a new one. */

import { Button, Card, Group, Modal, SimpleGrid, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSitemap } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { stringify } from "yaml";

import { ApiError, get, post } from "../api/client";
import type { MenuSettingsPage, MenuSettingsPart } from "../api/schema";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { readFlow } from "./document";
import { useFlowWords } from "./words";

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export default function Menus() {
  const t = useFlowWords();
  const { t: say, language } = useSpeech();
  const [asking, { open, close }] = useDisclosure(false);
  const menus = useQuery({ queryKey: ["settings", "menus", "all"], queryFn: () => get<MenuSettingsPage>("/settings/menus?limit=200") });
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">{t("menus")}</Title>
          <Text c="dimmed">{t("menusHint")}</Text>
        </div>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>{t("newMenu")}</Button>
      </Group>
      {menus.isError ? (
        <Failure error={menus.error} retry={() => void menus.refetch()} />
      ) : menus.isPending ? (
        <Skeleton height={120} aria-label={say("loading")} />
      ) : menus.data.items.length === 0 ? (
        <Empty icon={<IconSitemap />} title={t("noMenus")} hint={t("menusHint")}><Button mt="sm" onClick={open}>{t("newMenu")}</Button></Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {menus.data.items.map((menu) => {
            const flow = readFlow(menu.value.text);
            return (
              <Card key={menu.name} withBorder component={Link} to={`/menus/${encodeURIComponent(menu.name)}`} data-testid={`menu-${menu.name}`}>
                <Text fw={600}>{flow?.title || menu.name}</Text>
                <Text size="sm" c="dimmed">{menu.name} · {t("stepCount", { count: flow?.nodes.length ?? 0 })}</Text>
                <Text size="xs" c="dimmed">{t("byWhom", { who: menu.changed_by ?? t("somebody"), when: moment(menu.changed_at, language) })}</Text>
              </Card>
            );
          })}
        </SimpleGrid>
      )}
      <Modal opened={asking} onClose={close} title={t("newMenu")} closeButtonProps={{ "aria-label": say("dismiss") }}><NewMenu /></Modal>
    </Stack>
  );
}

function NewMenu() {
  const t = useFlowWords();
  const go = useNavigate();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => post<MenuSettingsPart>("/settings/menus", { name, text: firstText(name, t("newHello"), t("newPrompt")) }),
    onSuccess: (menu) => void go(`/menus/${encodeURIComponent(menu.name)}`),
  });
  const fault = name && !NAME.test(name) ? t("nameAllowed") : make.error instanceof ApiError ? (make.error.faults[0]?.message ?? make.error.detail) : null;
  return (
    <Stack component="form" onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
      <TextInput data-autofocus label={t("menuName")} description={t("nameAllowed")} value={name} error={fault} onChange={(event) => setName(event.currentTarget.value)} />
      <Group justify="flex-end"><Button type="submit" disabled={!NAME.test(name)} loading={make.isPending}>{t("create")}</Button></Group>
    </Stack>
  );
}

/** A menu that can be published as it is: a greeting, and a key. */
function firstText(name: string, hello: string, prompt: string): string {
  const both = (words: string) => ({ es: words, en: words });
  return stringify({
    flow: name,
    title: name,
    languages: ["es", "en"],
    start: "welcome",
    nodes: {
      welcome: { say: { prompt: both(hello), next: "options" } },
      options: { menu: { prompt: both(prompt), options: { "1": "hang_up" }, fallback: "hang_up" } },
    },
  }, { lineWidth: 0 });
}
