/** Language and theme, one click each; in a menu where there is little room. */

import { ActionIcon, Group, Menu, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconDotsVertical, IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";

import { Link } from "react-router";

import { useSpeech } from "../text/language";

function usePreferences() {
  const { t, language, setLanguage } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const other = language === "es" ? "en" : "es";
  return {
    other,
    toOther: t(other === "en" ? "toEnglish" : "toSpanish"),
    changeLanguage: () => setLanguage(other),
    toTheme: t(dark ? "toLight" : "toDark"),
    ThemeIcon: dark ? IconSun : IconMoon,
    changeTheme: () => setColorScheme(dark ? "light" : "dark"),
  };
}

export function Preferences() {
  const { other, toOther, changeLanguage, toTheme, ThemeIcon, changeTheme } = usePreferences();
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={toOther}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`${other.toUpperCase()}: ${toOther}`}
          lang={other}
          onClick={changeLanguage}
        >
          <span className="language-code">{other.toUpperCase()}</span>
        </ActionIcon>
      </Tooltip>
      <Tooltip label={toTheme}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={toTheme} onClick={changeTheme}>
          <ThemeIcon size={20} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

export function PreferencesMenu({ signOut }: { signOut: () => void }) {
  const { t } = useSpeech();
  const { other, toOther, changeLanguage, toTheme, ThemeIcon, changeTheme } = usePreferences();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("menu")}>
          <IconDotsVertical size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item lang={other} leftSection={<IconLanguage size={16} />} onClick={changeLanguage}>
          {toOther}
        </Menu.Item>
        <Menu.Item leftSection={<ThemeIcon size={16} />} onClick={changeTheme}>
          {toTheme}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} />}>
          {t("myAccount")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t("signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
