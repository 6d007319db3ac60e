import type { Scope } from './scopes.ts';

/** What each scope lets an app do, in the words of the OpenAPI document. */
const MEANING: Readonly<Record<Scope, string>> = {
  'playlist-read-private': 'Access your private playlists',
  'playlist-read-collaborative': 'Access your collaborative playlists',
  'playlist-modify-public': 'Manage your public playlists',
  'playlist-modify-private': 'Manage your private playlists',
  'user-library-read': 'Access your saved content',
  'user-library-modify': 'Manage your saved content',
  'user-read-private': 'Access your subscription details',
  'user-read-email': 'Get your real email address',
  'user-follow-read': 'Access your followers and who you are following',
  'user-follow-modify': 'Manage whom you follow',
  'user-top-read': 'Read your top artists and content',
  'user-read-playback-position': 'Read your position in content you have played',
  'user-read-playback-state': 'Read your currently playing content and your devices',
  'user-read-recently-played': 'Access your recently played items',
  'user-read-currently-playing': 'Read your currently playing content',
  'user-modify-playback-state': 'Control playback on your devices',
  'app-remote-control': 'Communicate with the app on your device',
  'ugc-image-upload': 'Upload images on your behalf',
  streaming: 'Play content on your other devices',
};

export interface Consent {
  readonly appName: string;
  readonly scopes: readonly Scope[];
  readonly accounts: readonly { readonly name: string; readonly displayName: string }[];
  readonly chosen: string;
  /** The query of the request, sent back with the answer. */
  readonly query: URLSearchParams;
}

/** The page on which a person allows or denies an app: one form, usable by keyboard and screen reader, without scripts. */
export function consentPage({ appName, scopes, accounts, chosen, query }: Consent): Response {
  const kept = [...query].filter(([name]) => name !== 'account' && name !== 'decision');
  const hidden = kept.map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const choices = accounts.map(
    ({ name, displayName }) =>
      `<label><input type="radio" name="account" value="${escaped(name)}"${name === chosen ? ' checked' : ''}> ${escaped(displayName)} (${escaped(name)})</label>`,
  );
  const wishes = scopes.map((scope) => `<li>${MEANING[scope]} <code>${scope}</code></li>`);
  return page(
    200,
    `Allow ${appName}?`,
    `<p>${scopes.length === 0 ? 'It asks for what everybody can see.' : 'It asks to:'}</p>
${scopes.length === 0 ? '' : `<ul>${wishes.join('\n')}</ul>`}
<form method="post" action="/authorize">
${hidden.join('\n')}
<fieldset><legend>As which account?</legend>${choices.join('\n')}</fieldset>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form>
<p>This is a simulator: no real account is touched.</p>`,
  );
}

/** What is shown instead of a redirect when the client or its redirect URI cannot be trusted (RFC 6749, section 4.1.2.1). */
export function refusalPage(reason: string): Response {
  return page(400, 'This login cannot go on', `<p>${escaped(reason)}</p>`);
}

function page(status: number, title: string, body: string): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 2rem auto; padding: 0 1rem }
label { display: block; padding: .4rem 0 }
button { font: inherit; min-height: 2.75rem; padding: 0 1.5rem }
</style>
</head>
<body><main>
<h1>${escaped(title)}</h1>
${body}
</main></body>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
