import type { Listener } from '../listener/listener.ts';
import type { Play } from '../listener/play.ts';
import type { PlayedAt } from '../listener/played-at.ts';
import type { World } from '../world/world.ts';
import type { Scope } from './scopes.ts';

/** The two Web APIs of 2026: what every app gets, and what companies with an extended quota keep. */
export type Mode = 'development' | 'extended';

export type Json = Readonly<Record<string, unknown>>;

/** One request as a route sees it. */
export interface Call {
  readonly world: World;
  readonly mode: Mode;
  /** Virtual time of the request, in milliseconds. */
  readonly now: number;
  readonly url: URL;
  /** Such as `http://127.0.0.1:4000/v1`: what every `href` begins with. */
  readonly base: string;
  readonly listeners: readonly Listener[];
  readonly playedAt: PlayedAt;
  /** A part of the path by its name in the route. */
  param(name: string): string;
  /** The account behind the token. Refuses (401) a token without one. */
  listener(): Listener;
  /** The same, or null for an app's own token. */
  listenerOrNull(): Listener | null;
  /** Whether the person behind the token granted this; true for an app's own token, which reaches nothing of a person. */
  may(scope: Scope): boolean;
  /** Notes plays that this answer shows, should it arrive. */
  shows(plays: readonly Play[]): void;
}

export interface Route {
  /** Below `/v1`, in Hono's notation. */
  readonly path: string;
  /** Answers 403 in development mode. */
  readonly extendedOnly?: boolean;
  /** What the person must have granted, all of them; 403 without. */
  readonly scopes?: readonly Scope[];
  /** The body of a 200; null is a 204. Throws a refusal for everything else. */
  answer(call: Call): unknown;
}
