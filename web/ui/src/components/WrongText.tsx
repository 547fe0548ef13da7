/** What went wrong, in a colour that can be read in small type on both grounds. */

import { Text, type TextProps } from "@mantine/core";
import type { ReactNode } from "react";

export function WrongText({ children, quiet = false, ...text }: TextProps & { children: ReactNode; quiet?: boolean }) {
  return (
    <Text {...text} c="var(--mantine-color-error)" {...(quiet ? {} : { role: "alert" })}>
      {children}
    </Text>
  );
}
