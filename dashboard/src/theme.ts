/**
 * Carillon's look: verdigris (the green of old bells) for what can be acted on, bronze for the mark alone, and cool
 * neutrals. Shades are chosen so that text on them keeps 4.5:1 and edges of controls 3:1 in both schemes.
 */
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from "@mantine/core";

const verdigris: MantineColorsTuple = [
  "#eaf6f3",
  "#d3ebe6",
  "#a9d8cf",
  "#7cc4b7",
  "#4fae9f",
  "#2c9686",
  "#157f71",
  "#0f6e62",
  "#0c5d55",
  "#084840",
];

const bronze: MantineColorsTuple = [
  "#fbf5e9",
  "#f5e8cd",
  "#ebd09c",
  "#e0b76a",
  "#d39f42",
  "#b98429",
  "#9a6b1c",
  "#7f5716",
  "#664511",
  "#4a320b",
];

const gray: MantineColorsTuple = [
  "#f7f8f9",
  "#eff1f3",
  "#e3e6ea",
  "#d3d8de",
  "#b6bec7",
  "#8a95a1",
  "#626d7a",
  "#4b5561",
  "#313943",
  "#1b2129",
];

const dark: MantineColorsTuple = [
  "#e4e8ec",
  "#b9c1c9",
  "#98a2ad",
  "#727d89",
  "#3d464f",
  "#2a3138",
  "#20262c",
  "#181d22",
  "#12161a",
  "#0c0f12",
];

const red: MantineColorsTuple = [
  "#fdf0ee",
  "#fadcd8",
  "#f3b5ad",
  "#ec8b80",
  "#e36558",
  "#d6493b",
  "#bf3529",
  "#a42a20",
  "#87211a",
  "#651712",
];

const SANS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace';

const VEIL = { backgroundOpacity: 0.42 };
const CLOSE = { "aria-label": "Close" };

export const theme: MantineThemeOverride = createTheme({
  colors: { verdigris, bronze, gray, dark, red },
  primaryColor: "verdigris",
  primaryShade: { light: 7, dark: 6 },
  black: "#1b2129",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.5" },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
  headings: {
    fontFamily: SANS,
    fontWeight: "600",
    textWrap: "balance",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.4" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.45" },
    },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  shadows: {
    xs: "0 1px 2px rgb(16 24 32 / 6%)",
    sm: "0 1px 3px rgb(16 24 32 / 8%), 0 1px 2px rgb(16 24 32 / 4%)",
    md: "0 6px 20px rgb(16 24 32 / 10%), 0 2px 6px rgb(16 24 32 / 6%)",
    lg: "0 16px 40px rgb(16 24 32 / 16%), 0 4px 12px rgb(16 24 32 / 8%)",
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Modal: {
      defaultProps: {
        radius: "md",
        centered: false,
        yOffset: "10vh",
        closeButtonProps: CLOSE,
        overlayProps: VEIL,
      },
    },
    Drawer: { defaultProps: { closeButtonProps: CLOSE, overlayProps: VEIL } },
    Notification: { defaultProps: { closeButtonProps: CLOSE } },
    Table: {
      vars: () => ({ table: { "--table-border-color": "var(--line)" } }),
      styles: { thead: { color: "var(--ink-faint)", fontSize: "0.75rem" }, th: { fontWeight: 550 } },
    },
    Tabs: {
      vars: () => ({ root: { "--tab-border-color": "var(--line)" } }),
      styles: { tab: { fontWeight: 550, paddingInline: 11 } },
    },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
    Menu: { defaultProps: { radius: "md", shadow: "md" } },
    Loader: { defaultProps: { type: "oval", size: "sm" } },
  },
});

/** Names by purpose, so that style sheets do not ask which scheme it is. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--rail-width": "236px" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": gray[6],
    "--mantine-color-placeholder": "#69747f",
    "--mantine-color-anchor": verdigris[7],
    "--mantine-color-error": red[6],
    "--surface-rail": gray[0],
    "--surface-sunken": gray[0],
    "--surface-raised": "#ffffff",
    "--surface-hover": gray[1],
    "--surface-active": verdigris[0],
    "--line": gray[2],
    "--line-strong": gray[3],
    "--ink": "#1b2129",
    "--ink-soft": gray[7],
    "--ink-faint": gray[6],
    "--accent": verdigris[7],
    "--good": "#19733c",
    "--good-soft": "#e6f4ea",
    "--warn": "#8a5a00",
    "--warn-soft": "#fdf3dc",
    "--bad": red[7],
    "--bad-soft": red[0],
    "--info": "#1f5fa8",
    "--info-soft": "#e9f1fb",
  },
  dark: {
    "--mantine-color-body": dark[7],
    "--mantine-color-text": dark[0],
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-placeholder": "#8b95a0",
    "--mantine-color-anchor": verdigris[3],
    "--mantine-color-error": red[3],
    "--surface-rail": dark[8],
    "--surface-sunken": dark[8],
    "--surface-raised": dark[6],
    "--surface-hover": dark[6],
    "--surface-active": "#16332f",
    "--line": dark[5],
    "--line-strong": dark[4],
    "--ink": dark[0],
    "--ink-soft": dark[1],
    "--ink-faint": dark[2],
    "--accent": verdigris[3],
    "--good": "#6fcf97",
    "--good-soft": "#12301f",
    "--warn": "#e3b45c",
    "--warn-soft": "#33280f",
    "--bad": red[2],
    "--bad-soft": "#3a1a17",
    "--info": "#8fbdf0",
    "--info-soft": "#152a42",
  },
});
