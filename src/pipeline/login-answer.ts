import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { beginLogin, checkAttempt, codeFrom, type LoginAttempt, REDIRECT_RULES, redirectAddress } from '../source/login.ts';
import type { Context } from './context.ts';
import type { Asking, LoginDialogue } from './logins.ts';
import { listenForAnswer } from './loopback.ts';
import { tokenOptions } from './spotify-access.ts';

/** Free of what is often in use, and the same each time: it may have to be registered. */
const DEFAULT_PORT = 8899;
const PATH = '/callback';

interface Answered {
  readonly attempt: LoginAttempt;
  readonly code: string;
}

/**
 * Asks the person, and waits for the first good answer: by the browser, or pasted. Errors: `usage` for a redirect URI that Spotify refuses; `config`
 * where the port is taken, or Spotify does not know the app or the redirect URI; `login_needed` where the person said no, or nothing came in time.
 */
export async function askForCode(context: Context, asking: Asking, dialogue: LoginDialogue, signal: AbortSignal): Promise<Answered> {
  const text = asking.redirectUri ?? `http://127.0.0.1:${asking.port ?? DEFAULT_PORT}${PATH}`;
  const address = redirectAddress(text);
  const isHere = asking.listens && address.protocol === 'http:';
  const answers = createAnswers(dialogue);
  const listener = isHere ? await listenForAnswer(address, answers.receive) : null;
  const over = new AbortController();
  try {
    // Compared letter by letter: only a port that was left to the system is filled in.
    const attempt = await begun(context, asking, listener === null ? text : text.replace(/:0(?=\/|$)/, `:${listener.port}`), signal);
    answers.expect(attempt);
    const { url, redirectUri } = attempt;
    await dialogue.invite({ account: asking.account, url, redirectUri, scopes: asking.asked });
    const waiting = AbortSignal.any([signal, over.signal]);
    const timeout = context.clock.sleep(asking.timeoutMs, waiting).then(() => Promise.reject(tooLate(asking.timeoutMs, redirectUri)));
    const pasted = readPasted(dialogue, answers, listener !== null, waiting);
    const code = await Promise.race([answers.code, timeout, pasted]).finally(() => over.abort());
    return { attempt, code };
  } finally {
    over.abort();
    await listener?.close();
  }
}

async function begun(context: Context, { asked }: Asking, redirectUri: string, signal: AbortSignal): Promise<LoginAttempt> {
  const options = tokenOptions(context);
  const { accountsUrl, clientId } = options;
  const attempt = beginLogin({ accountsUrl, clientId, redirectUri, scopes: asked.map(({ scope }) => scope) });
  await checkAttempt(attempt, options, signal);
  return attempt;
}

interface Answers {
  readonly code: Promise<string>;
  expect(attempt: LoginAttempt): void;
  receive(answer: URL): { readonly isGood: boolean; readonly text: string };
}

/** Takes answers until one is good, or says no. An answer of another attempt ends nothing: anybody could send it. */
function createAnswers(dialogue: LoginDialogue): Answers {
  let attempt: LoginAttempt | null = null;
  let settle: (code: string) => void = () => undefined;
  let fail: (error: PipelineError) => void = () => undefined;
  const code = new Promise<string>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Where the login ends otherwise nobody waits for it any more.
  code.catch(() => undefined);
  return {
    code,
    expect: (one) => {
      attempt = one;
    },
    receive: (answer) => {
      if (attempt === null) return { isGood: false, text: 'This login has not begun yet.' };
      try {
        settle(codeFrom(attempt, answer));
        return { isGood: true, text: 'Spotify has answered. Go back to the terminal; this page may be closed.' };
      } catch (error) {
        const why = asPipelineError(error);
        if (why.code === 'bad_input') dialogue.turnedDown(why);
        else fail(why);
        return { isGood: false, text: `Not logged in: ${why.message}.` };
      }
    },
  };
}

const NEVER = new Promise<never>(() => undefined);

/** Ends only by an error: a good answer settles `answers.code`. */
async function readPasted(dialogue: LoginDialogue, answers: Answers, listens: boolean, signal: AbortSignal): Promise<never> {
  for (;;) {
    const line = await dialogue.nextLine(signal);
    if (line === null && listens) return NEVER;
    if (line === null) {
      throw new PipelineError('no address was pasted', {
        code: 'login_needed',
        hint: 'Run tonearm login in a terminal, and paste the address to which Spotify sent the browser.',
      });
    }
    const text = line.trim();
    if (text === '') continue;
    // What is no address has no code in it, and is turned down as such.
    if (answers.receive(new URL(URL.canParse(text) ? text : 'http://127.0.0.1/')).isGood || signal.aborted) return NEVER;
  }
}

const tooLate = (timeoutMs: number, redirectUri: string): PipelineError =>
  new PipelineError(`no answer from Spotify within ${Math.round(timeoutMs / 1000)} s`, {
    code: 'login_needed',
    hint: `Run tonearm login again. If the browser showed INVALID_CLIENT, register ${redirectUri}. ${REDIRECT_RULES}`,
  });
