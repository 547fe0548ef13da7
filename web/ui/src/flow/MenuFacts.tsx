/** What holds for the whole menu: its title, its languages, and variables that come from other menus. */

import { MultiSelect, Select, Stack, TagsInput, Text, TextInput, Title } from "@mantine/core";

import type { Flow } from "./document";
import { useFlowWords, useNames } from "./words";

const LANGUAGES = ["es", "en"];

export interface Facts {
  title?: string;
  languages?: string[];
  start?: string;
  variables?: string[];
}

export function MenuFacts({ flow, change }: { flow: Flow; change: (facts: Facts) => void }) {
  const t = useFlowWords();
  const named = useNames();
  return (
    <Stack gap="sm" component="form" onSubmit={event => event.preventDefault()} aria-label={t("wholeMenu")}>
      <Text size="sm" c="dimmed">
        {t("noStep")}
      </Text>
      <Title order={2} size="h3">
        {t("wholeMenu")}
      </Title>
      <TextInput
        label={t("menuTitle")}
        value={flow.title}
        maxLength={200}
        onChange={event => change({ title: event.currentTarget.value })}
      />
      <MultiSelect
        label={t("menuLanguages")}
        description={t("menuLanguagesHint")}
        data={LANGUAGES.map(language => ({ value: language, label: named(language) }))}
        value={flow.languages}
        onChange={languages => languages.length > 0 && change({ languages })}
      />
      <Select
        label={t("firstStep")}
        data={flow.nodes.map(node => node.name)}
        value={flow.start}
        searchable
        allowDeselect={false}
        onChange={start => start !== null && change({ start })}
      />
      <TagsInput
        label={t("menuVariables")}
        description={t("menuVariablesHint")}
        value={flow.variables}
        onChange={variables => change({ variables })}
      />
    </Stack>
  );
}
