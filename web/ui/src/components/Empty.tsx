/** What stands where a list has nothing to show: what it is and what to do. */

import { Stack, Text, ThemeIcon } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({
  icon,
  title,
  hint,
  children,
}: {
  icon: ReactNode;
  title: string;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap={4} py="xl">
      <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden="true">
        {icon}
      </ThemeIcon>
      <Text fw={600} mt="xs" ta="center">
        {title}
      </Text>
      {hint && (
        <Text c="dimmed" ta="center" maw={420}>
          {hint}
        </Text>
      )}
      {children}
    </Stack>
  );
}
