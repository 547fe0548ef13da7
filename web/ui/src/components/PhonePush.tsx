/** Whether this browser is told of calls while its page is closed. */

import { Alert, Switch } from "@mantine/core";
import { useEffect, useState } from "react";

import { WrongText } from "./WrongText";
import { pushState, turnPushOff, turnPushOn, type PushState } from "../softphone/push";
import { softphone } from "../softphone/softphone";
import { useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";

export function PhonePush() {
  const { t, language } = useSpeech();
  const { push } = useSoftphone().settings;
  const [state, setState] = useState<PushState | "asking" | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => void pushState(push).then(setState), [push]);

  async function change(on: boolean) {
    setState("asking");
    setFailed(false);
    try {
      const next = on ? await turnPushOn(language) : "off";
      softphone.change({ push: next === "on" });
      if (!on) await turnPushOff();
      setState(next);
    } catch {
      setFailed(true);
      setState(await pushState(softphone.look().settings.push));
    }
  }

  if (state === null) return null;
  return (
    <div>
      <Switch
        label={t("phonePush")}
        description={t(state === "unsupported" ? "phonePushUnsupported" : "phonePushHint")}
        checked={state === "on"}
        disabled={state === "unsupported" || state === "denied" || state === "asking"}
        onChange={event => void change(event.currentTarget.checked)}
      />
      {state === "denied" && (
        <Alert mt="xs" color="yellow" role="alert" title={t("phonePushDenied")}>
          {t("phonePushDeniedHint")}
        </Alert>
      )}
      {failed && (
        <WrongText mt={4} size="xs">
          {t("phonePushFailed")}
        </WrongText>
      )}
    </div>
  );
}
