// The library's own rules for each method and for dark pages are too many to outweigh one by one,
// hence `!important`.
/** The portal's colours and type for the reference, whose own are of another product. */
const css = `
:root {
  --surface: #f6f8f9; --paper: #fff; --text: #171b20; --line: #e4e8ec; --link: #0a5a58;
  color-scheme: light;
  background: var(--paper);
}
:root.dark-mode {
  --surface: #111417; --paper: #16191d; --text: #d9dde2; --line: #2a2f36; --link: #7fc9c4;
  color-scheme: dark;
}
body, .swagger-ui, .swagger-ui .scheme-container { background: var(--paper) !important; }
#way-back {
  display: flex; gap: 12px 24px; align-items: center; justify-content: space-between;
  padding: 12px max(20px, calc(50vw - 710px));
  font: 600 15px/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--surface); border-bottom: 1px solid var(--line);
}
#way-back a { font-weight: 500; color: var(--link); }
.swagger-ui, .swagger-ui :is(.info .title, .opblock-tag, .opblock-summary-description,
  .opblock-description-wrapper p, .parameter__name, .tab li, button, select, label, table) {
  font-family: system-ui, sans-serif;
}
.swagger-ui .info { margin: 32px 0; }
.swagger-ui .info .title { font-size: 24px; font-weight: 650; }
.swagger-ui .scheme-container { box-shadow: none; }
.swagger-ui .opblock { border-radius: 8px; box-shadow: none; }
.swagger-ui .opblock-tag { font-size: 18px; border-color: var(--line); }
.swagger-ui a, .swagger-ui .info a, html.dark-mode .swagger-ui .info a { color: var(--link); }
.swagger-ui .btn.authorize { color: var(--link) !important; border: 1px solid !important; }
.swagger-ui .btn.authorize :is(svg, path) { fill: var(--link) !important; }
.swagger-ui .scheme-container { border-block: 1px solid var(--line) !important; }
.swagger-ui .info .title small { background: #57606a !important; }
.swagger-ui .opblock .opblock-summary-method {
  color: #fff !important; background: var(--method) !important;
}
.swagger-ui .opblock {
  --method: #57606a;
  background: none !important; border-color: var(--line) !important;
}
.swagger-ui .opblock.opblock-get { --method: #1f5fa8; }
.swagger-ui .opblock.opblock-post { --method: #0e6f6c; }
.swagger-ui .opblock:is(.opblock-put, .opblock-patch) { --method: #8a4b00; }
.swagger-ui .opblock.opblock-delete { --method: #b02525; }
.swagger-ui .opblock .opblock-summary-path { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`

/** Follows the system's scheme, as the portal does, and leads back to it. */
const js = `
const dark = matchMedia('(prefers-color-scheme: dark)')
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', dress)
dress()
const viewport = document.createElement('meta')
viewport.name = 'viewport'
viewport.content = 'width=device-width, initial-scale=1'
document.head.append(viewport)
const header = document.createElement('header')
header.id = 'way-back'
const back = document.createElement('a')
back.href = '/documentation'
back.textContent = '← Back to the portal'
header.append('Zentrix Agent Studio', back)
document.body.prepend(header)

// The library names its choice of server for nobody, and puts a link into each button.
function mend() {
  document.getElementById('servers')?.setAttribute('aria-label', 'Server')
  for (const link of document.querySelectorAll('button a[href]')) link.removeAttribute('href')
}
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
`

export const referenceTheme = {
  title: 'API reference · Zentrix Agent Studio',
  css: [{ filename: 'dress.css', content: css }],
  js: [{ filename: 'dress.js', content: js }],
}
