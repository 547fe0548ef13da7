/** The first run: five steps, each with a sensible default; the address says which, so one goes on where one stopped. */

import {
  Alert,
  Anchor,
  Button,
  Group,
  List,
  Paper,
  Progress,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { IconCheck, IconCircleCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";

import { Failure } from "../components/Failure";
import { PasswordForm } from "./Account";
import { ColleagueStep } from "./setup/ColleagueStep";
import { CompanyStep } from "./setup/CompanyStep";
import { NumberStep } from "./setup/NumberStep";
import { Way, type StepProps } from "./setup/StepForm";
import { TestCallStep } from "./setup/TestCallStep";
import { useSetup, type SetupState } from "./useSetup";
import { useAdmin, type AdminWord } from "./words";

interface Step {
  key: keyof SetupState;
  title: AdminWord;
  hint: AdminWord;
  Body: (props: StepProps) => React.ReactNode;
}

const STEPS: Step[] = [
  { key: "company", title: "stepCompany", hint: "stepCompanyHint", Body: CompanyStep },
  { key: "administrator", title: "stepAdministrator", hint: "stepAdministratorHint", Body: AdministratorStep },
  { key: "number", title: "stepNumber", hint: "stepNumberHint", Body: NumberStep },
  { key: "colleague", title: "stepColleague", hint: "stepColleagueHint", Body: ColleagueStep },
  { key: "test_call", title: "stepCall", hint: "stepCallHint", Body: TestCallStep },
];
const FURTHER: [path: string, word: AdminWord][] = [
  ["/settings/trunks/new", "furtherTrunk"],
  ["/settings/menus", "furtherMenu"],
  ["/settings/people", "furtherPeople"],
];
const END = "end";
const LOOK_MS = 3000;

export default function Setup() {
  const { a } = useAdmin();
  const queries = useQueryClient();
  const setup = useSetup(true, LOOK_MS);
  const [address, setAddress] = useSearchParams();
  const said = address.get("step");
  const state = setup.data;
  const first = state ? STEPS.findIndex(({ key }) => !state[key]) : -1;
  const named = said === END ? STEPS.length : STEPS.findIndex(({ key }) => key === said);
  const at = named !== -1 ? named : first === -1 ? STEPS.length : first;
  const section = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const go = (place: number, replace = false) => {
    moved.current = true;
    void queries.invalidateQueries({ queryKey: ["setup"] });
    setAddress({ step: STEPS[place]?.key ?? END }, { replace });
  };
  useEffect(() => {
    // The step that was found to be next is the one that stays, whatever is done meanwhile.
    if (state && named === -1) setAddress({ step: STEPS[at]?.key ?? END }, { replace: true });
  }, [state, named, at, setAddress]);
  useEffect(() => {
    if (moved.current) (section.current?.querySelector<HTMLElement>("input, select") ?? section.current)?.focus();
  }, [at]);
  if (setup.isError && !state) return <Failure error={setup.error} retry={() => void setup.refetch()} />;
  if (state === undefined) return <Skeleton height={320} role="status" maw={900} />;
  const done = STEPS.filter(({ key }) => state[key]).length;
  const here = STEPS[at];
  return (
    <Stack maw={900}>
      <Title order={1} size="h2">
        {a("welcome")}
      </Title>
      <Text c="dimmed">{a("welcomeHint")}</Text>
      <Group wrap="nowrap">
        <Progress className="grow" aria-label={a("setup")} value={(100 * done) / STEPS.length} />
        <Text size="sm" className="nowrap">
          {a("stepOf", { done, all: STEPS.length })}
        </Text>
      </Group>
      <div className="setup">
        <ol className="setup-steps" aria-label={a("setup")}>
          {STEPS.map(({ key, title }, place) => (
            <li key={key}>
              <UnstyledButton
                className="setup-step"
                onClick={() => go(place)}
                {...(place === at ? { "aria-current": "step" as const } : {})}
              >
                <ThemeIcon
                  size={28}
                  radius="xl"
                  variant={state[key] ? "filled" : place === at ? "outline" : "default"}
                  aria-hidden="true"
                >
                  {state[key] ? <IconCheck size={16} /> : place + 1}
                </ThemeIcon>
                <span>
                  {a(title)}
                  {state[key] && <span className="unseen"> ({a("done")})</span>}
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ol>
        <Paper
          withBorder
          p="md"
          component="section"
          ref={section}
          tabIndex={-1}
          aria-label={here ? a(here.title) : a("finish")}
        >
          {here ? (
            <>
              <Title order={2} size="h3">
                {a(here.title)}
              </Title>
              <Text c="dimmed" size="sm" mb="md">
                {a(here.hint)}
              </Text>
              <here.Body
                key={here.key}
                next={() => go(at + 1)}
                isDone={state[here.key]}
                {...(at > 0 ? { back: () => go(at - 1) } : {})}
              />
            </>
          ) : (
            <End left={STEPS.filter(({ key }) => !state[key])} go={step => go(STEPS.indexOf(step))} />
          )}
        </Paper>
      </div>
    </Stack>
  );
}

function AdministratorStep(props: StepProps) {
  return (
    <Stack>
      <PasswordForm done={props.next} />
      <Way {...props} />
    </Stack>
  );
}

/** Everything is there, or what has been left for later; and what most companies do next. */
function End({ left, go }: { left: Step[]; go: (step: Step) => void }) {
  const { a } = useAdmin();
  return (
    <Stack>
      {left.length === 0 ? (
        <Alert color="green" role="status" icon={<IconCircleCheck size={20} aria-hidden="true" />}>
          {a("finish")}
        </Alert>
      ) : (
        <Stack gap="xs">
          <Text fw={600}>{a("stepsLeft")}</Text>
          <Group>
            {left.map(step => (
              <Button key={step.key} variant="light" onClick={() => go(step)}>
                {a(step.title)}
              </Button>
            ))}
          </Group>
        </Stack>
      )}
      <Title order={2} size="h4">
        {a("further")}
      </Title>
      <List spacing={4}>
        {FURTHER.map(([path, word]) => (
          <List.Item key={path}>
            <Anchor component={Link} to={path}>
              {a(word)}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
