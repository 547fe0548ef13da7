/** The test caller: what is heard, and a keypad; the drawing shows where the call is. */

import { Alert, Button, Group, Input, ScrollArea, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPhone, IconPhoneOff } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Fragment, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { ApiError, post } from "../api/client";
import type { TrialStep, Tried } from "../api/schema";
import { DayInput } from "../components/DayInput";
import { day as today } from "../text/format";
import { readClock } from "../text/writtenDay";
import { useFlowWords, useNames } from "./words";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SILENCE_S = 6;

interface Given {
  name: string;
  text: string;
  languages: string[];
  hasFaults: boolean;
  /** Where the caller is and has been, for the drawing; null when nobody calls. */
  show: (tried: Tried | null) => void;
}

export function TryOut({ name, text, languages, hasFaults, show }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const [steps, setSteps] = useState<TrialStep[]>([]);
  /** How many sentences had been heard before each step. */
  const [marks, setMarks] = useState<number[]>([]);
  const [tried, setTried] = useState<Tried | null>(null);
  const [number, setNumber] = useState("+34600111222");
  const [language, setLanguage] = useState(languages[0] ?? "es");
  const [day, setDay] = useState("");
  const [hour, setHour] = useState("");
  const clock = readClock(hour);
  const [words, setWords] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const trial = useMutation({
    mutationFn: (next: TrialStep[]) =>
      post<Tried>("/settings/menus/try", {
        name,
        text,
        steps: next,
        language,
        caller: number || null,
        at: day || hour.trim() ? new Date(`${day || today()}T${clock || "00:00"}`).toISOString() : null,
      }),
    onSuccess: (answer, next) => {
      setMarks(before => (next.length === 0 ? [] : [...before, tried?.heard.length ?? 0].slice(0, next.length)));
      setSteps(next);
      setTried(answer);
      show(answer);
    },
  });
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [tried]);
  const isCalling = tried !== null;
  // With the picture in which the keypad comes: the first key counts.
  useLayoutEffect(() => {
    if (isCalling) pane.current?.focus();
  }, [isCalling]);
  const hangUp = () => {
    setTried(null);
    setSteps([]);
    setMarks([]);
    show(null);
  };
  const does = (step: TrialStep) => trial.mutate([...steps, step]);
  const over = tried === null || tried.arrived !== null;
  if (tried === null) {
    return (
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("tryHint")}
        </Text>
        <TextInput
          label={t("callerNumber")}
          placeholder={t("withheld")}
          value={number}
          onChange={event => setNumber(event.currentTarget.value)}
        />
        <Select
          label={named("language")}
          data={languages.map(one => ({ value: one, label: named(one) }))}
          value={language}
          allowDeselect={false}
          onChange={next => next && setLanguage(next)}
        />
        <Input.Wrapper
          label={t("callAt")}
          description={t("callAtHint")}
          labelElement="div"
          error={clock === null ? t("noClock") : undefined}
        >
          <Group gap={6} mt={6} wrap="nowrap">
            <DayInput word="onDay" value={day} change={setDay} />
            <TextInput
              w={84}
              aria-label={t("clock")}
              placeholder="09:30"
              inputMode="numeric"
              maxLength={5}
              value={hour}
              onChange={event => setHour(event.currentTarget.value)}
            />
          </Group>
        </Input.Wrapper>
        {hasFaults && (
          <Alert color="yellow" p="xs">
            {t("tryFaults")}
          </Alert>
        )}
        {trial.isError && (
          <Alert color="red" p="xs" role="alert">
            {faultOf(trial.error)}
          </Alert>
        )}
        <Button
          leftSection={<IconPhone size={18} />}
          disabled={hasFaults || clock === null}
          loading={trial.isPending}
          onClick={() => trial.mutate([])}
        >
          {t("call")}
        </Button>
      </Stack>
    );
  }
  const press = (event: KeyboardEvent) => {
    if (
      over ||
      trial.isPending ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.target instanceof HTMLInputElement ||
      !KEYS.includes(event.key)
    )
      return;
    event.preventDefault();
    does({ presses: event.key });
  };
  return (
    <Stack gap="sm" ref={pane} tabIndex={-1} onKeyDown={press}>
      <ScrollArea.Autosize
        mah={320}
        offsetScrollbars
        tabIndex={0}
        viewportProps={{ tabIndex: 0, "aria-label": t("heard") }}
      >
        <Stack gap={6} role="log" aria-label={t("heard")} data-testid="heard">
          {tried.heard.map((said, index) => (
            <Fragment key={index}>
              {steps.map(
                (step, place) => marks[place] === index && index > 0 && <Done key={`step ${place}`} step={step} />,
              )}
              <Text size="sm">
                <Text span size="xs" c="dimmed">
                  {said.at_s.toFixed(1)} s{" "}
                </Text>
                {said.text}
              </Text>
            </Fragment>
          ))}
          {steps.map(
            (step, place) => (marks[place] ?? 0) >= tried.heard.length && <Done key={`last ${place}`} step={step} />,
          )}
          {tried.trouble && (
            <Alert color="yellow" p="xs">
              {tried.trouble}
            </Alert>
          )}
          {tried.arrived !== null && (
            <Text fw={600} data-testid="arrived">
              {tried.arrived === "hangup" ? t("ended") : t("arrived", { where: destination(tried.arrived, named) })}
            </Text>
          )}
          <div ref={end} />
        </Stack>
      </ScrollArea.Autosize>
      {!over && (
        <Text size="xs" c="dimmed" aria-live="polite">
          {t("inStep", { step: tried.node })}
        </Text>
      )}
      <SimpleGrid cols={3} spacing={6}>
        {KEYS.map(key => (
          <Button key={key} variant="default" disabled={over || trial.isPending} onClick={() => does({ presses: key })}>
            {key}
          </Button>
        ))}
      </SimpleGrid>
      <Group grow wrap="nowrap" gap={6}>
        <Button variant="default" disabled={over || trial.isPending} onClick={() => does({ waits: SILENCE_S })}>
          {t("wait", { seconds: SILENCE_S })}
        </Button>
        <Button variant="light" color="red" leftSection={<IconPhoneOff size={18} />} onClick={hangUp}>
          {over ? t("again") : t("hangUp")}
        </Button>
      </Group>
      <Group
        wrap="nowrap"
        gap={6}
        align="flex-end"
        component="form"
        onSubmit={event => {
          event.preventDefault();
          if (words.trim()) does({ says: words.trim() });
          setWords("");
        }}
      >
        <TextInput
          flex={1}
          label={t("speak")}
          value={words}
          disabled={over}
          onChange={event => setWords(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={over || !words.trim()}>
          {t("speak")}
        </Button>
      </Group>
    </Stack>
  );
}

function Done({ step }: { step: TrialStep }) {
  const t = useFlowWords();
  const words = step.presses
    ? t("pressed", { keys: step.presses })
    : step.says
      ? t("said", { words: step.says })
      : t("waited", { seconds: step.waits ?? 0 });
  return (
    <Text size="sm" fw={600} ta="right">
      {words}
    </Text>
  );
}

function destination(arrived: string, named: (name: string) => string): string {
  const [kind = "", value = ""] = arrived.split(":");
  return value ? `${named(kind)}: ${value}` : named(kind);
}

function faultOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  return error.faults[0]?.message ?? error.message;
}
