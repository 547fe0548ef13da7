/** Language and theme, one click each. */

import { ActionIcon, Group, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";

import { useSpeech } from "../text/language";

export function Preferences() {
  const { t, language, setLanguage } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const other = language === "es" ? "en" : "es";
  const toOther = t(other === "en" ? "toEnglish" : "toSpanish");
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={toOther}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={toOther} lang={other} onClick={() => setLanguage(other)}>
          <span className="language-code" aria-hidden="true">{other.toUpperCase()}</span>
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t(dark ? "toLight" : "toDark")}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t(dark ? "toLight" : "toDark")} onClick={() => setColorScheme(dark ? "light" : "dark")}>
          {dark ? <IconSun size={20} /> : <IconMoon size={20} />}
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
