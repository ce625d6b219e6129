/* Hash routes: the server serves one file a portal and knows nothing of pages. */
import { useSyncExternalStore } from 'react';

const here = (): string => window.location.hash.replace(/^#/, '') || '/';

export function useHash(): string {
  return useSyncExternalStore(
    (listener) => { window.addEventListener('hashchange', listener); return () => window.removeEventListener('hashchange', listener); },
    here,
  );
}

export interface Route { parts: string[]; query: URLSearchParams; full: string }

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.split('?');
  return { parts: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query), full: hash };
}

function decode(part: string): string {
  try { return decodeURIComponent(part); } catch { return part; }
}

/** The address of a page: link('case', id) is #/case/17. */
export const link = (...parts: (string | number)[]): string => `#/${parts.map((part) => encodeURIComponent(String(part))).join('/')}`;

export function go(address: string, replace = false): void {
  if (replace) window.location.replace(address);
  else window.location.hash = address;
}
