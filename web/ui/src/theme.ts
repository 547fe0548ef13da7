/** The one theme: neutral greys, deep teal, colours of state only for state. */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

import type { AgentState, Result } from "./api/types";

const teal: MantineColorsTuple = [
  "#e6f7f5", "#cdeeea", "#9adbd4", "#63c8bd", "#37b7aa", "#1a9e92", "#0f857b", "#0b6b63", "#09564f", "#06423d",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 5 },
  colors: { accent: teal },
  defaultRadius: 8,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.75rem" }, h2: { fontSize: "1.25rem" }, h3: { fontSize: "1rem" } } },
  respectReducedMotion: true,
  autoContrast: true,
});

export const stateColour: Record<AgentState, string> = {
  available: "green",
  ringing: "yellow",
  talking: "accent",
  wrap_up: "violet",
  break: "orange",
  offline: "gray",
};

export const resultColour: Record<Result, string> = {
  answered: "green",
  abandoned: "red",
  missed: "red",
  cancelled: "gray",
  voicemail: "blue",
  callback: "yellow",
  blocked: "gray",
  busy: "orange",
  failed: "red",
};
