import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

// Shade 7 bears white text at 5.9:1, in both schemes.
const accent: MantineColorsTuple = [
  '#edf8f7',
  '#d6eeec',
  '#aedbd8',
  '#7fc9c4',
  '#55b3ae',
  '#359995',
  '#1c8480',
  '#0e6f6c',
  '#0a5a58',
  '#074645',
]

const dark: MantineColorsTuple = [
  '#d9dde2',
  '#b7bdc5',
  '#99a1ab',
  '#7d8691',
  '#3a4048',
  '#2c3138',
  '#22272d',
  '#16191d',
  '#111417',
  '#0c0e10',
]

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  black: '#171b20',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  defaultRadius: 'sm',
  radius: { sm: '6px', md: '10px' },
  respectReducedMotion: true,
  components: {
    // The placeholder is an empty focusable element among the items, which a menu may not hold;
    // outside a portal the items belong to the landmark that their button is in. One that is hidden
    // because its button is out of sight cannot be placed any more, so it would never come back.
    Menu: {
      defaultProps: {
        withInitialFocusPlaceholder: false,
        withinPortal: false,
        hideDetached: false,
      },
    },
  },
  headings: {
    fontFamily: 'inherit',
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.4' },
      h3: { fontSize: '1rem', lineHeight: '1.5' },
    },
  },
})

// The library's own dimmed, placeholder and error texts stay below 4.5:1 on its backgrounds.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#57606a',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-default-border': '#d3d9df',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-red-light-color': '#b02525',
    '--portal-surface': '#f6f8f9',
    '--portal-raised': '#ffffff',
    '--portal-raised-line': '#d3d9df',
    '--portal-line': '#e4e8ec',
    '--portal-link': '#0a5a58',
    '--portal-warning': '#8a4b00',
    '--portal-warning-surface': '#fff4de',
    '--portal-danger': '#9b1c1c',
    '--portal-danger-surface': '#fdecec',
  },
  dark: {
    '--mantine-color-dimmed': '#a0a8b2',
    '--mantine-color-placeholder': '#8b939e',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-anchor': '#7fc9c4',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-red-light-color': '#ff9d9d',
    '--mantine-color-default': '#1d2126',
    '--mantine-color-default-hover': '#262b31',
    '--portal-surface': '#111417',
    '--portal-raised': '#1f242a',
    '--portal-raised-line': '#434a53',
    '--portal-line': '#2a2f36',
    '--portal-link': '#7fc9c4',
    '--portal-warning': '#f5c26b',
    '--portal-warning-surface': '#33270f',
    '--portal-danger': '#ffb3ad',
    '--portal-danger-surface': '#3d1717',
  },
})
