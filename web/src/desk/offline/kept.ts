/* Tasks taken along for a home visit: the service worker (public/desk/sw.js) keeps
 * the page and these tasks for a day, so that they open without a line.  Nothing is
 * kept that an officer did not take along, and nothing after sign-out. */
import { urlOf } from '../../api/client';
import type { Task } from '../../api/types.gen';
import { language, read, write } from '../../locale';

const KEY = 'mz.kept';
const KEPT_MS = 24 * 3600 * 1000;
const MANY = 20;

export interface Kept { task: string; case: string; number: string; zh: string; en: string; at: number }

/** A browser that has none, or a page without TLS, cannot. */
export const canKeep = (): boolean => window.isSecureContext && 'serviceWorker' in navigator;

export function keptTasks(account: string): Kept[] {
  try {
    const { of, list } = JSON.parse(read(KEY) ?? '{}') as { of?: string; list?: Kept[] };
    return of === account && Array.isArray(list) ? list.filter((one) => Date.now() - one.at < KEPT_MS) : [];
  } catch { return []; }
}

async function tell(message: object): Promise<boolean> {
  await navigator.serviceWorker.register('/desk/sw.js', { scope: '/desk/' });
  const { active } = await navigator.serviceWorker.ready;
  if (!active) return false;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event: MessageEvent<{ ok: boolean }>) => resolve(event.data.ok);
    active.postMessage(message, [port2]);
  });
}

/** What this page was made of, so that it can be made again. */
const files = (): string[] => [...new Set(performance.getEntriesByType('resource').map((entry) => new URL(entry.name))
  .filter((url) => url.origin === location.origin && (url.pathname.startsWith('/assets/') || url.pathname === '/icon.svg')).map((url) => url.pathname))];

export async function keepTask(account: string, task: Task, matter: string): Promise<boolean> {
  const keep = [urlOf('meta', {}), urlOf('session_get', {}), urlOf('tasks', {}, { limit: 100 }), urlOf('task', { task: task.id }), urlOf('case', { case: task.case }), urlOf('matter', { matter })];
  const ok = await tell({ keep, files: files(), language: language() === 'zh' ? 'zh-CN' : 'en' });
  if (!ok) return false;
  const one: Kept = { task: task.id, case: task.case, number: task.number, zh: task.name.zh, en: task.name.en, at: Date.now() };
  write(KEY, JSON.stringify({ of: account, list: [one, ...keptTasks(account).filter((other) => other.task !== task.id)].slice(0, MANY) }));
  return true;
}

/** At sign-out, and when the day is over. */
export async function forgetKept(): Promise<void> {
  const had = read(KEY) !== null;
  write(KEY, null);
  if (had && canKeep()) await tell({ forget: true });
}
