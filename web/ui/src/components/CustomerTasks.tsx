/** What is to be done for a customer; ticked off with one click. */

import { Button, Card, Checkbox, Group, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { get, patch, post } from "../api/client";
import type { Page, Task } from "../api/types";
import { useNames } from "../live/lists";
import { serverNow } from "../live/serverClock";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";

export function CustomerTasks({ contactId }: { contactId: string }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const key = ["tasks", contactId];
  const tasks = useQuery({ queryKey: key, queryFn: () => get<Page<Task>>(`/tasks?contact_id=${contactId}&limit=50`) });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const add = useMutation({
    mutationFn: () => post<Task>("/tasks", { title: title.trim(), contact_id: contactId }),
    onSuccess: () => {
      setTitle("");
      void refresh();
    },
  });
  const mark = useMutation({
    mutationFn: ({ id, status }: Pick<Task, "id" | "status">) => patch<Task>(`/tasks/${id}`, { status }),
    onMutate: ({ id, status }) =>
      queries.setQueryData<Page<Task>>(
        key,
        page => page && { ...page, items: page.items.map(task => (task.id === id ? { ...task, status } : task)) },
      ),
    onSettled: refresh,
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (title.trim()) add.mutate();
  }
  return (
    <Card withBorder component="section" aria-labelledby="tasks">
      <Title order={2} size="h3" id="tasks" mb="xs">
        {t("tasks")}
      </Title>
      {tasks.data?.items.length === 0 && (
        <Text c="dimmed" mb="xs">
          {t("noTasks")}
        </Text>
      )}
      {tasks.data?.items.map(task => (
        <Checkbox
          key={task.id}
          py={4}
          checked={task.status === "done"}
          onChange={() => mark.mutate({ id: task.id, status: task.status === "done" ? "open" : "done" })}
          label={task.title}
          description={
            <>
              {[task.responsible && names.person(task.responsible), task.due_at && moment(task.due_at, language)]
                .filter(Boolean)
                .join(" · ")}
              {isOverdue(task) && (
                <Text span inherit fw={600} c="var(--mantine-color-error)">
                  {" "}
                  · {t("overdue")}
                </Text>
              )}
            </>
          }
        />
      ))}
      <form onSubmit={submit}>
        <Group gap="xs" mt="xs" wrap="nowrap">
          <TextInput
            aria-label={t("newTask")}
            placeholder={t("newTask")}
            value={title}
            maxLength={200}
            onChange={event => setTitle(event.currentTarget.value)}
            className="grow"
          />
          <Button type="submit" variant="light" disabled={!title.trim()} loading={add.isPending}>
            {t("addTask")}
          </Button>
        </Group>
      </form>
    </Card>
  );
}

function isOverdue({ status, due_at }: Task): boolean {
  return status !== "done" && due_at !== null && Date.parse(due_at) < serverNow();
}
