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
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
label, input, button { display: block; font: inherit; width: 100%; box-sizing: border-box; }
input, button { min-height: 2.75rem; margin-top: .5rem; padding: 0 .75rem; }
[role=alert] { border-inline-start: .25rem solid; padding-inline-start: .75rem; }
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
