/** Somebody else has published this menu while one was changing it: what they changed, and how to go on. */

import { Alert, Button, Group, Stack, Text, Tooltip } from "@mantine/core";
import { useState } from "react";

import type { MenuSettingsPart } from "../api/schema";
import { ChangeList } from "./ChangeList";
import type { Draft } from "./useDraft";
import { joined } from "./versionsOf";
import { useFlowWords } from "./words";

export function Conflict({
  part,
  draft,
  told,
}: {
  part: MenuSettingsPart;
  draft: Draft;
  told: (what: string) => void;
}) {
  const t = useFlowWords();
  const [isShown, setShown] = useState(false);
  const join = () => {
    const both = joined(draft.base, draft.text, part.value.text);
    if (both === null) return;
    draft.continueOn(part, both.text);
    told(both.clashes.length > 0 ? t("joinedWithClashes", { steps: both.clashes.join(", ") }) : t("joined"));
  };
  const canJoin = joined(draft.base, draft.text, part.value.text) !== null;
  return (
    <Alert color="yellow" role="alert" data-testid="conflict">
      <Stack gap="xs">
        <Text size="sm">{t("draftKept", { who: part.changed_by ?? t("somebody"), version: part.version })}</Text>
        <Group gap="xs">
          {canJoin && (
            <Tooltip label={t("takeBothHint")}>
              <Button size="compact-sm" onClick={join}>
                {t("takeBoth")}
              </Button>
            </Tooltip>
          )}
          <Button size="compact-sm" variant="default" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            {t("seeTheirs")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => draft.continueOn(part, draft.text)}>
            {t("keepMine")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => draft.continueOn(part, part.value.text)}>
            {t("takeTheirs")}
          </Button>
        </Group>
        {isShown && <ChangeList before={draft.base} after={part.value.text} />}
      </Stack>
    </Alert>
  );
}
