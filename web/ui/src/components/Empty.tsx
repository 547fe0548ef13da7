/** What stands where a list has nothing to show: what it is and what to do. */

import { Stack, Text, ThemeIcon } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({ icon, title, hint }: { icon: ReactNode; title: string; hint?: string }) {
  return (
    <Stack align="center" gap={4} py="xl">
      <ThemeIcon size={48} radius="xl" variant="light" color="gray">
        {icon}
      </ThemeIcon>
      <Text fw={600} mt="xs">{title}</Text>
      {hint && <Text c="dimmed" ta="center" maw={420}>{hint}</Text>}
    </Stack>
  );
}
