/** My own state in the top bar: what callers get from me, changed in one click. */

import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";

import { useMyState } from "../live/actions";
import { useBreaks } from "../live/breaks";
import { useAgent } from "../live/lists";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import { stateColour } from "../theme";
import { BreakItems } from "./BreakItems";
import { Clock } from "./Clock";
import { STATE_ICONS, stateWord } from "./StatePill";

export function MyState() {
  const { t } = useSpeech();
  const { session } = useLive();
  const change = useMyState();
  const me = useAgent(session?.login);
  const { said } = useBreaks();
  if (me === undefined) return null;
  const Icon = STATE_ICONS[me.state];
  const [Available, Offline] = [STATE_ICONS.available, STATE_ICONS.offline];
  return (
    <Menu position="bottom-end" shadow="md" width={210}>
      <Menu.Target>
        <Button
          variant="light"
          radius="xl"
          color={stateColour[me.state]}
          loading={change.isPending}
          leftSection={<Icon size={16} aria-hidden="true" />}
          rightSection={<IconChevronDown size={16} aria-hidden="true" />}
        >
          <span className="unseen">{t("myState")}:&nbsp;</span>
          {t(stateWord(me.state))}
          {me.state === "break" && me.reason && <span className="state-reason">:&nbsp;{said(me.reason)}</span>}
          {me.state === "wrap_up" && me.until && (
            <>
              &nbsp;
              <Clock until={me.until} />
            </>
          )}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Available size={16} />} onClick={() => change.mutate({ state: "available" })}>
          {t("available")}
        </Menu.Item>
        <Menu.Label>{t("break")}</Menu.Label>
        <BreakItems choose={change.mutate} />
        <Menu.Divider />
        <Menu.Item leftSection={<Offline size={16} />} onClick={() => change.mutate({ state: "offline" })}>
          {t("agentOffline")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
