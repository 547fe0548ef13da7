/** The one theme: neutral greys, deep teal, colours of state only for state; texts reach AA contrast in both schemes. */

import {
  Badge,
  createTheme,
  DEFAULT_THEME,
  defaultVariantColorsResolver,
  Drawer,
  Modal,
  parseThemeColor,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

import type { AgentState, Result } from "./api/types";

const teal: MantineColorsTuple = [
  "#e6f7f5",
  "#cdeeea",
  "#9adbd4",
  "#63c8bd",
  "#37b7aa",
  "#1a9e92",
  "#0f857b",
  "#0b6b63",
  "#09564f",
  "#06423d",
];

/** A colour of Mantine with a last shade that can be read on its first one. */
function readable(name: string, darkest: string): MantineColorsTuple {
  return [...(DEFAULT_THEME.colors[name] ?? teal).slice(0, 9), darkest] as unknown as MantineColorsTuple;
}

/** Soft: dark words on a pale ground, pale words on a dim ground. Filled: white on dark, dark on bright. Subtle: words in colour. */
const contrasting: VariantColorsResolver = input => {
  const usual = defaultVariantColorsResolver(input);
  const { color } = parseThemeColor({ color: input.color || input.theme.primaryColor, theme: input.theme });
  const shade = (place: number) => `var(--mantine-color-${color}-${place})`;
  if (input.variant === "filled") {
    const light = color === "accent" ? 7 : 9;
    return {
      ...usual,
      background: `light-dark(${shade(light)}, ${shade(4)})`,
      hover: `light-dark(${shade(9)}, ${shade(3)})`,
      color: "light-dark(#fff, #101314)",
    };
  }
  if (input.variant === "subtle" && color !== "gray")
    return { ...usual, color: `light-dark(${shade(9)}, ${shade(3)})` };
  if (input.variant !== "light") return usual;
  const dim = (part: number) => `color-mix(in srgb, ${shade(8)} ${part}%, var(--mantine-color-dark-7))`;
  return {
    background: `light-dark(${shade(color === "gray" ? 2 : 1)}, ${dim(32)})`,
    hover: `light-dark(${shade(color === "gray" ? 3 : 2)}, ${dim(48)})`,
    color: `light-dark(${shade(9)}, ${shade(1)})`,
    border: "1px solid transparent",
  };
};

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  colors: {
    accent: teal,
    green: readable("green", "#1c5a2a"),
    yellow: readable("yellow", "#6b4300"),
    red: readable("red", "#a31616"),
    violet: readable("violet", "#4c2fa8"),
    blue: readable("blue", "#154c86"),
  },
  variantColorResolver: contrasting,
  defaultRadius: 8,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.75rem" }, h2: { fontSize: "1.25rem" }, h3: { fontSize: "1rem" } },
  },
  respectReducedMotion: true,
  autoContrast: true,
  cursorType: "pointer",
  components: {
    Badge: Badge.extend({ defaultProps: { tt: "none" } }),
    // What is no item has no place in a menu; the keyboard begins at the first item.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // The head of a dialog is no banner of the page.
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#545c64",
    "--mantine-color-placeholder": "#6b737b",
    "--mantine-color-error": "#b41f1f",
    "--page-ground": "#f6f7f8",
    "--wave-left": "#8a5a00",
    "--wave-right": "#0b6b63",
  },
  dark: {
    "--mantine-color-dimmed": "#adb5bd",
    "--mantine-color-placeholder": "#9aa2aa",
    "--mantine-color-error": "#ff9c9c",
    "--page-ground": "#1b1c1e",
    "--wave-left": "#ffc65c",
    "--wave-right": "#63c8bd",
  },
});

export const stateColour: Record<AgentState, string> = {
  available: "green",
  ringing: "yellow",
  talking: "accent",
  wrap_up: "violet",
  break: "blue",
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
  busy: "yellow",
  failed: "red",
};
