/** Language and theme, one click each. */

import { ActionIcon, Group, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";

import { useSpeech } from "../text/language";

export function Preferences() {
  const { t, language, setLanguage } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const other = language === "es" ? "en" : "es";
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${t("language")}: ${language}`} onClick={() => setLanguage(other)}>
        <span className="language-code">{language.toUpperCase()}</span>
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("theme")} onClick={() => setColorScheme(dark ? "light" : "dark")}>
        {dark ? <IconSun size={20} /> : <IconMoon size={20} />}
      </ActionIcon>
    </Group>
  );
}
