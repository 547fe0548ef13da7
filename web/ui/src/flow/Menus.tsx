/** The voice menus of the company, and a new one. */

import {
  ActionIcon,
  Anchor,
  Button,
  Card,
  Group,
  Modal,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSitemap, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { stringify } from "yaml";

import { Refusal } from "../admin/Refusal";
import { ApiError, get, post, remove } from "../api/client";
import type { MenuSettingsPage, MenuSettingsPart } from "../api/schema";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { readFlow } from "./document";
import { inEach, useFlowWords } from "./words";

const LANGUAGES = ["es", "en"];
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export default function Menus() {
  const t = useFlowWords();
  const { t: say } = useSpeech();
  const [doomed, setDoomed] = useState<string | null>(null);
  const [asking, { open, close }] = useDisclosure(false);
  const menus = useQuery({
    queryKey: ["settings", "menus", "all"],
    queryFn: () => get<MenuSettingsPage>("/settings/menus?limit=200"),
  });
  const leaving = menus.data?.items.find(menu => menu.name === doomed);
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            {t("menus")}
          </Title>
          <Text c="dimmed">{t("menusHint")}</Text>
        </div>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t("newMenu")}
        </Button>
      </Group>
      {menus.isError ? (
        <Failure error={menus.error} retry={() => void menus.refetch()} />
      ) : menus.isPending ? (
        <Skeleton height={120} role="status" aria-label={say("loading")} />
      ) : menus.data.items.length === 0 ? (
        <Empty icon={<IconSitemap />} title={t("noMenus")} hint={t("menusHint")}>
          <Button mt="sm" onClick={open}>
            {t("newMenu")}
          </Button>
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {menus.data.items.map(menu => (
            <MenuCard key={menu.name} menu={menu} remove={() => setDoomed(menu.name)} />
          ))}
        </SimpleGrid>
      )}
      {leaving && <RemoveMenu menu={leaving} close={() => setDoomed(null)} />}
      <Modal opened={asking} onClose={close} title={t("newMenu")} closeButtonProps={{ "aria-label": say("dismiss") }}>
        <NewMenu />
      </Modal>
    </Stack>
  );
}

function MenuCard({ menu, remove }: { menu: MenuSettingsPart; remove: () => void }) {
  const t = useFlowWords();
  const { language } = useSpeech();
  const flow = readFlow(menu.value.text);
  return (
    <Card withBorder data-testid={`menu-${menu.name}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Anchor component={Link} to={`/menus/${encodeURIComponent(menu.name)}`} fw={600}>
          {flow?.title || menu.name}
        </Anchor>
        <Tooltip label={t("removeMenu", { name: menu.name })}>
          <ActionIcon variant="subtle" color="red" aria-label={t("removeMenu", { name: menu.name })} onClick={remove}>
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Text size="sm" c="dimmed">
        {menu.name} · {t("stepCount", { count: flow?.nodes.length ?? 0 })}
      </Text>
      <Text size="xs" c="dimmed">
        {t("byWhom", { who: menu.changed_by ?? t("somebody"), when: moment(menu.changed_at, language) })}
      </Text>
    </Card>
  );
}

function RemoveMenu({ menu, close }: { menu: MenuSettingsPart; close: () => void }) {
  const t = useFlowWords();
  const { t: say } = useSpeech();
  const queries = useQueryClient();
  const erase = useMutation({
    mutationFn: () => remove(`/settings/menus/${encodeURIComponent(menu.name)}?version=${menu.version}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings", "menus"] });
      close();
    },
    onError: () => queries.invalidateQueries({ queryKey: ["settings", "menus", "all"] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t("removeMenu", { name: menu.name })}
      closeButtonProps={{ "aria-label": say("dismiss") }}
    >
      <Stack>
        <Text>{t("removeMenuHint")}</Text>
        {erase.isError && <Refusal error={erase.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {say("cancel")}
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>
            {say("remove")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function NewMenu() {
  const t = useFlowWords();
  const go = useNavigate();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () =>
      post<MenuSettingsPart>("/settings/menus", {
        name,
        text: firstText(name, t("newWelcomeStep"), t("newOptionsStep")),
      }),
    onSuccess: menu => void go(`/menus/${encodeURIComponent(menu.name)}`),
  });
  const fault =
    name && !NAME.test(name)
      ? t("nameAllowed")
      : make.error instanceof ApiError
        ? (make.error.faults[0]?.message ?? make.error.detail)
        : null;
  return (
    <Stack
      component="form"
      onSubmit={event => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <TextInput
        data-autofocus
        label={t("menuName")}
        description={t("nameAllowed")}
        value={name}
        error={fault}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button type="submit" disabled={!NAME.test(name)} loading={make.isPending}>
          {t("create")}
        </Button>
      </Group>
    </Stack>
  );
}

/** A menu that can be published as it is: a greeting, and a key. */
function firstText(name: string, welcome: string, options: string): string {
  return stringify(
    {
      flow: name,
      title: name,
      languages: LANGUAGES,
      start: welcome,
      nodes: {
        [welcome]: { say: { prompt: inEach(LANGUAGES, "newHello"), next: options } },
        [options]: {
          menu: { prompt: inEach(LANGUAGES, "newPrompt"), options: { "1": "hang_up" }, fallback: "hang_up" },
        },
      },
    },
    { lineWidth: 0 },
  );
}
