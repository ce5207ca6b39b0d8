/** The one stylesheet: system fonts, light and dark, from phone to desktop. */
export const style = `
:root { color-scheme: light dark; --ink: #1a1c1f; --soft: #5b6169; --line: #d8dce1; --paper: #ffffff; --panel: #f5f6f8; --accent: #0b5cad; --good: #12703a; --bad: #b3261e; --on-accent: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3abb5; --line: #3a3f46; --paper: #14161a; --panel: #1d2025; --accent: #7ab8f5; --good: #6fd39a; --bad: #ff8a80; --on-accent: #0c1a28; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main { max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; justify-content: space-between; align-items: center; }
header { gap: 0.75rem; flex-wrap: wrap; }
header > a { color: inherit; font-weight: 600; text-decoration: none; }
header nav { display: flex; gap: 1rem; margin-inline-start: auto; }
header nav a { padding: 0.6rem 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
section { border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
p { margin: 0 0 0.75rem; }
a { color: var(--accent); }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { background: var(--panel); border-radius: 0.5rem; padding: 0.75rem; margin: 0 0 0.75rem; user-select: all; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: space-between; align-items: center; padding: 0.5rem 0; border-top: 1px solid var(--line); }
li form { margin-inline-start: auto; }
li:first-child { border-top: 0; }
.field { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.field p { margin: 0.35rem 0; }
[aria-invalid=true] { border-color: var(--bad); }
fieldset { border: 0; margin: 0 0 0.75rem; padding: 0; }
legend { padding: 0; }
label { display: block; margin: 0.5rem 0; }
label.option { display: flex; gap: 0.6rem; align-items: center; min-height: 2.75rem; margin: 0; }
input[type=checkbox], input[type=radio] { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--accent); }
input[type=password], input[type=text], input[type=url], select { width: 100%; padding: 0.6rem; font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0.4rem 1.1rem; border: 1px solid var(--accent); border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); cursor: pointer; }
a.button { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0.4rem 1.1rem; border: 1px solid var(--line); border-radius: 0.5rem; font-weight: 600; text-decoration: none; }
button.danger { background: var(--bad); border-color: var(--bad); }
button.quiet { background: transparent; color: var(--accent); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1rem; }
.soft { color: var(--soft); }
.good { color: var(--good); font-weight: 600; }
.bad, [role=alert] { color: var(--bad); font-weight: 600; }
.warning { border-color: var(--bad); }
`;
