/** What every step of the first run has in common: its form, what is wrong with it, and the way on. */

import { Alert, Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";

import { ApiError } from "../../api/client";
import { useLookAgain } from "../parts";
import { useAdmin } from "../words";

export interface StepProps {
  /** Go on to the next step. */
  next: () => void;
  /** To the step before; none from the first. */
  back?: () => void;
  isDone: boolean;
}

export function useStep(write: () => Promise<unknown>, next: () => void) {
  const again = useLookAgain();
  const step = useMutation({
    mutationFn: write,
    onSuccess: () => {
      again();
      next();
    },
  });
  const faults = step.error instanceof ApiError ? step.error.faults : [];
  return {
    step,
    fault: (field: string) => faults.find(one => one.field.split(".")[0] === field)?.message,
    /** What is wrong with none of the step's `fields`. */
    other: (fields: string[]) =>
      step.error === null || faults.some(one => fields.includes(one.field.split(".")[0] ?? ""))
        ? null
        : (faults[0]?.message ?? step.error.message),
  };
}

interface FormProps extends StepProps {
  step: { isPending: boolean; mutate: () => void };
  /** What is wrong and stands at no field. */
  fault: string | null;
  /** What the button says; without it, to go on. */
  action?: string;
  isReady?: boolean;
  children: ReactNode;
}

export function StepForm({ step, fault, action, isReady = true, children, ...way }: FormProps) {
  const { a } = useAdmin();
  const send = (event: FormEvent) => {
    event.preventDefault();
    step.mutate();
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        {children}
        {fault && (
          <Alert color="red" role="alert">
            {fault}
          </Alert>
        )}
        <Way {...way}>
          <Button type="submit" loading={step.isPending} disabled={!isReady}>
            {action ?? a("next")}
          </Button>
        </Way>
      </Stack>
    </form>
  );
}

/** Back on the left, the step's own button, and past it without doing it. */
export function Way({ next, back, isDone, children }: StepProps & { children?: ReactNode }) {
  const { a } = useAdmin();
  return (
    <Group justify="space-between">
      {back ? (
        <Button variant="default" onClick={back}>
          {a("stepBack")}
        </Button>
      ) : (
        <span />
      )}
      <Group>
        {children || !isDone ? (
          <Button variant="subtle" onClick={next}>
            {a(isDone ? "keepStep" : "skipStep")}
          </Button>
        ) : (
          <Button onClick={next}>{a("next")}</Button>
        )}
        {children}
      </Group>
    </Group>
  );
}
