/** Text inside HTML, also within the quotes of an attribute. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** The page that asks for the token; works without script. `next`: where to go afterwards. */
export function loginPage({ next, problem }: { readonly next: string; readonly problem: string | null }): string {
  const said = problem === null ? '' : `<p role="alert">${escaped(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in – Tonearm</title>
<style>
/* As the page behind it: web/src/style/base.css. */
:root { --paper: #f4f0e6; --sheet: #fbf8f1; --ink: #1b1813; --ink-2: #5a5245; --accent: #b03a12; --on-accent: #fff8ef; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #151210; --sheet: #1e1a16; --ink: #f1e9db; --ink-2: #b5a997; --accent: #ff8b5e; --on-accent: #1b0d06; }
}
html { background: var(--paper); color: var(--ink); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
h1 { font: 500 3rem/1.1 "Iowan Old Style", "Palatino Linotype", Palatino, P052, "Noto Serif", serif; letter-spacing: -.02em; }
label, input, button { display: block; font: inherit; width: 100%; box-sizing: border-box; }
input, button { min-height: 2.75rem; margin-top: .5rem; padding: 0 .75rem; border: 1px solid var(--ink-2); border-radius: .3rem; background: var(--sheet); color: inherit; }
button { border-color: var(--accent); border-radius: 2rem; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[role=alert] { border-inline-start: .25rem solid var(--accent); padding-inline-start: .75rem; }
</style>
</head>
<body>
<main>
<h1>Tonearm</h1>
${said}
<form method="post" action="/login">
<input type="hidden" name="next" value="${escaped(next)}">
<label for="token">Token of this server</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>
<p>It is what TONEARM_SERVE_TOKEN says where the server runs.</p>
</main>
</body>
</html>
`;
}
