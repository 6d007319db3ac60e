import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { z } from 'zod';

/** Which process on which machine, as far as the machine can tell; null where it has no such thing. */
export const processIdentity = z.object({
  host: z.string(),
  /** Linux: of this boot of the machine, and of the container. Elsewhere null: a number of a process is then told by its host alone. */
  boot: z.string().nullable(),
  namespace: z.string().nullable(),
  pid: z.int().positive(),
  /** Linux: clock ticks from boot to its start, which tells it from a later process of the same number. */
  startedAt: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** A machine without `/proc`, or one that hides it, has nothing to tell. */
const orNull = (text: Promise<string>): Promise<string | null> =>
  text.then(
    (found) => found.trim(),
    () => null,
  );

/** State and start of a process. Fields 3 and 22 of proc(5) stat; the name before them stands in brackets and may hold any sign. */
async function statOf(pid: number): Promise<{ readonly state: string; readonly startedAt: string } | null> {
  const text = await orNull(readFile(`/proc/${pid}/stat`, 'utf8'));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  return state === undefined || startedAt === undefined ? null : { state, startedAt };
}

/** It does not change as long as the process lives. */
let own: Promise<ProcessIdentity> | null = null;

export function thisProcess(): Promise<ProcessIdentity> {
  own ??= identify();
  return own;
}

async function identify(): Promise<ProcessIdentity> {
  const [boot, namespace, stat] = await Promise.all([
    orNull(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    orNull(readlink('/proc/self/ns/pid')),
    statOf(process.pid),
  ]);
  return { host: hostname(), boot, namespace, pid: process.pid, startedAt: stat?.startedAt ?? null };
}

/** False also where somebody else's process may not be asked. */
function isUnknown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** True only where the process was one of this very machine, boot and container, and is certainly there no more. */
export async function isGone(other: ProcessIdentity): Promise<boolean> {
  const { host, boot, namespace } = await thisProcess();
  if (other.host !== host || other.boot !== boot || other.namespace !== namespace) return false;
  const stat = await statOf(other.pid);
  if (stat === null) return isUnknown(other.pid);
  // A killed process stays in the list until its parent has asked after it.
  const isDead = stat.state === 'Z' || stat.state === 'X';
  return isDead || (other.startedAt !== null && stat.startedAt !== other.startedAt);
}
