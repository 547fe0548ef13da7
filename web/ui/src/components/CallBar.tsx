/** The call, in sight on every page: who, how long, how it sounds, and everything one does with it; others wait below. */

import { Box, Group, Text } from "@mantine/core";

import type { Line } from "../softphone/picture";
import { taken, useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import { CallControls, statusWord } from "./CallControls";
import { CallNotices } from "./CallNotices";
import { Clock } from "./Clock";
import { Levels } from "./Levels";
import { OtherCall } from "./OtherCall";
import { QualityDot } from "./QualityDot";
import { useCallName } from "./useCallName";
import { useQuality, type Sounding } from "./useQuality";

export default function CallBar() {
  const { t } = useSpeech();
  const { lines, current } = useSoftphone();
  const shown = taken(lines);
  const line = shown.find(({ id }) => id === current) ?? shown[0];
  const sounding = useQuality(line?.state === "talking" && !line.isOnHold ? line.call.connection : null);
  if (line === undefined) return null;
  const others = shown.filter(({ id }) => id !== line.id);
  return (
    <section className="call-bar" aria-label={t("callBar")} data-testid="call-bar">
      <div className="call-bar-main">
        <Who line={line} sounding={sounding} />
        {line.state !== "ended" && <CallControls key={line.id} line={line} />}
      </div>
      {others.map(other => (
        <OtherCall key={other.id} line={other} current={line} className="call-bar-other" testId="other-call" />
      ))}
    </section>
  );
}

function Who({ line, sounding }: { line: Line; sounding: Sounding | null }) {
  const { t } = useSpeech();
  const { name, detail } = useCallName(line);
  const status = statusWord(line);
  return (
    <Group gap="sm" wrap="nowrap" className="grow">
      {sounding && <QualityDot found={sounding} />}
      {line.state === "talking" && <Levels connection={line.call.connection} />}
      <Box className="grow">
        <Text fw={600} truncate data-testid="call-who">
          {name}
        </Text>
        <CallNotices fault={sounding?.told ?? null} status={status && t(status)}>
          <Text size="xs" truncate role="status">
            {[detail, status && t(status)].filter(Boolean).join(" · ")}
          </Text>
        </CallNotices>
      </Box>
      {line.answeredAt !== null && (
        <Text size="lg" fw={600}>
          <Clock since={new Date(line.answeredAt).toISOString()} />
        </Text>
      )}
    </Group>
  );
}
