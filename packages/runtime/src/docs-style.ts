/** The look of the documents page: one column, no script, nothing loaded from anywhere, dark where the reader's system is. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --ink: #1b2228; --soft: #55616b; --paper: #fdfdfc; --line: #d5dade; --card: #f2f4f5; --link: #0b5a8f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8eb; --soft: #a3aeb7; --paper: #14181b; --line: #343c43; --card: #1d2327; --link: #7cc0ee; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
h4 { font-size: .875rem; margin: .75rem 0 .25rem; color: var(--soft); }
p { margin: .25rem 0 .5rem; white-space: pre-line; }
code { font: .9em/1.5 ui-monospace, monospace; }
h3 code { font-size: 1rem; }
nav ul { padding: 0; list-style: none; columns: 20rem; }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 .75rem; font-size: .925rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
.soft { color: var(--soft); }
:target { background: var(--card); }
`;
