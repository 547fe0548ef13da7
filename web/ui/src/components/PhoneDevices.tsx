/** By which devices one speaks, hears and is rung. */

import { Button, NativeSelect, Progress, Stack, Switch, Text } from "@mantine/core";
import { useEffect, useState } from "react";

import { hasHeadsets } from "../softphone/headset";
import { softphone } from "../softphone/softphone";
import { useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import { PhonePush } from "./PhonePush";

const LEVEL_MS = 100;
/** From silence to loud speech, in decibels of full scale. */
const QUIET_DB = -60;
const LOUD_DB = -10;

export default function PhoneDevices({ close }: { close: () => void }) {
  const { t } = useSpeech();
  const { settings } = useSoftphone();
  const { level, opened } = useLevel(settings.microphone);
  const devices = useDevices(opened);
  const choices = (kind: MediaDeviceKind) => [
    { value: "", label: t("systemDevice") },
    ...devices
      .filter(one => one.kind === kind && one.deviceId !== "default" && one.deviceId !== "")
      .map(({ deviceId, label }) => ({ value: deviceId, label: label || deviceId.slice(0, 8) })),
  ];
  const outputs = choices("audiooutput");
  return (
    <Stack gap="sm">
      <NativeSelect
        label={t("microphone")}
        data={choices("audioinput")}
        value={settings.microphone}
        onChange={event => softphone.change({ microphone: event.currentTarget.value })}
      />
      <div>
        <Text size="xs" c="dimmed" mb={4}>
          {t("microphoneLevel")}
        </Text>
        <Progress
          value={level}
          color="green"
          aria-label={t("microphoneLevel")}
          transitionDuration={0}
          data-testid="level"
        />
      </div>
      {"setSinkId" in HTMLMediaElement.prototype && (
        <>
          <NativeSelect
            label={t("speaker")}
            data={outputs}
            value={settings.speaker}
            onChange={event => softphone.change({ speaker: event.currentTarget.value })}
          />
          <NativeSelect
            label={t("ringer")}
            data={outputs}
            value={settings.ringer}
            onChange={event => softphone.change({ ringer: event.currentTarget.value })}
          />
        </>
      )}
      {hasHeadsets() && <HeadsetKeys />}
      <Switch
        label={t("cleansed")}
        checked={settings.cleansed}
        onChange={event => softphone.change({ cleansed: event.currentTarget.checked })}
      />
      <PhonePush />
      <Button
        variant="default"
        onClick={() => {
          close();
          softphone.turnOff();
        }}
      >
        {t("phoneTurnOff")}
      </Button>
    </Stack>
  );
}

function HeadsetKeys() {
  const { t } = useSpeech();
  const [name, setName] = useState(softphone.headset.name);
  const [refused, setRefused] = useState(false);
  const ask = () =>
    void softphone.headset.ask().then(
      found => found && setName(softphone.headset.name),
      () => setRefused(true),
    );
  if (name) return <Text size="sm">{t("headsetConnected", { name })}</Text>;
  return (
    <div>
      <Button variant="default" fullWidth onClick={ask}>
        {t("headsetKeys")}
      </Button>
      {refused && (
        <Text size="xs" c="dimmed" role="alert">
          {t("headsetRefused")}
        </Text>
      )}
    </div>
  );
}

/** Names are known once a microphone is open. */
function useDevices(opened: boolean): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const look = () => void navigator.mediaDevices.enumerateDevices().then(setDevices);
    look();
    navigator.mediaDevices.addEventListener("devicechange", look);
    return () => navigator.mediaDevices.removeEventListener("devicechange", look);
  }, [opened]);
  return devices;
}

/** How loud the microphone is, 0 to 100, while this is on the screen. */
function useLevel(microphone: string): { level: number; opened: boolean } {
  const [level, setLevel] = useState(0);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    let over = false;
    let stream: MediaStream | null = null;
    let timer: number | undefined;
    const context = new AudioContext();
    async function listen() {
      stream = await navigator.mediaDevices.getUserMedia({ audio: softphone.microphone(microphone) });
      if (over) return stop();
      setOpened(true);
      const analyser = new AnalyserNode(context, { fftSize: 2048 });
      context.createMediaStreamSource(stream).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      timer = window.setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        const db = 10 * Math.log10(power + 1e-12);
        setLevel(Math.round(Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB))) * 100));
      }, LEVEL_MS);
    }
    function stop() {
      over = true;
      clearInterval(timer);
      stream?.getTracks().forEach(track => track.stop());
      if (context.state !== "closed") void context.close();
    }
    listen().catch(() => setLevel(0)); // no microphone: the meter stays empty, the telephone itself says why
    return stop;
  }, [microphone]);
  return { level, opened };
}
