/** The reasons for a break in a menu; one plain break where the company names none. Asked for again whenever it opens. */

import { Menu } from "@mantine/core";

import type { Wish } from "../live/actions";
import { useBreaks } from "../live/breaks";
import { useSpeech } from "../text/language";
import { STATE_ICONS } from "./StatePill";

export function BreakItems({ choose, full = false }: { choose: (wish: Wish) => void; full?: boolean }) {
  const { t } = useSpeech();
  const { reasons } = useBreaks();
  const Icon = STATE_ICONS.break;
  if (reasons.length === 0)
    return (
      <Menu.Item leftSection={<Icon size={16} />} onClick={() => choose({ state: "break" })}>
        {t("break")}
      </Menu.Item>
    );
  return reasons.map(({ name, title }) => (
    <Menu.Item key={name} leftSection={<Icon size={16} />} onClick={() => choose({ state: "break", reason: name })}>
      {full ? `${t("break")}: ${title}` : title}
    </Menu.Item>
  ));
}
