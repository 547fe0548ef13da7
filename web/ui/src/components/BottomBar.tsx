/** The pages on a telephone's screen: as many as fit in the bar below, the others behind "More". */

import { Group, Menu, UnstyledButton } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Link, useLocation } from "react-router";

import type { PageLink } from "../pages/pages";
import { useSpeech } from "../text/language";

/** Places at 360 pixels, for words as long as "Llamadas". */
const PLACES = 5;

export function BottomBar({ pages }: { pages: PageLink[] }) {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  const fit = pages.length <= PLACES;
  const shown = fit ? pages : pages.slice(0, PLACES - 1);
  const others = fit ? [] : pages.slice(PLACES - 1);
  const isThere = ({ path }: PageLink) => pathname.startsWith(path);
  return (
    <Group grow h="100%" gap={0} px={4} component="nav" aria-label={t("menu")} wrap="nowrap">
      {shown.map(page => (
        <UnstyledButton
          key={page.path}
          component={Link}
          to={page.path}
          className="bar-link"
          {...(isThere(page) ? { "aria-current": "page" as const } : {})}
        >
          <page.Icon size={22} aria-hidden="true" />
          {t(page.word)}
        </UnstyledButton>
      ))}
      {others.length > 0 && (
        <Menu position="top-end" shadow="md" width={220}>
          <Menu.Target>
            <UnstyledButton className="bar-link" data-active={others.some(isThere) || undefined}>
              <IconDots size={22} aria-hidden="true" />
              {t("morePages")}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(({ path, word, Icon }) => (
              <Menu.Item key={path} component={Link} to={path} leftSection={<Icon size={18} aria-hidden="true" />}>
                {t(word)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
