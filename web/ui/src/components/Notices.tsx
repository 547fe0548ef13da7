/** The corner in which passing messages appear; their close button says what it is to who cannot see it. */

import { MantineThemeProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";

import { useSpeech } from "../text/language";

export function Notices() {
  const { t } = useSpeech();
  const named = {
    components: { Notification: { defaultProps: { closeButtonProps: { "aria-label": t("dismiss") } } } },
  };
  return (
    <MantineThemeProvider theme={named}>
      <Notifications position="top-right" />
    </MantineThemeProvider>
  );
}
