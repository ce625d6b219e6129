/* The two catalogues and how things are written: dates, money, numbers.
 * A catalogue is loaded when its language is first asked for; switching keeps
 * the page and everything typed, since only the words are drawn again. */
import { useSyncExternalStore } from 'react';
import type { Text } from '../api/types.gen';

export type Lang = 'zh' | 'en';
type Catalogue = Record<string, string>;

const loaders: Record<Lang, () => Promise<{ default: Catalogue }>> = {
  zh: () => import('./zh.json'),
  en: () => import('./en.json'),
};
const STORED = 'mz.lang';

let current: Lang = 'zh';
let words: Catalogue = {};
let drawn = 0;
const listeners = new Set<() => void>();

function preferred(): Lang {
  const stored = read(STORED);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** localStorage may be closed to us (private window); then nothing is kept. */
export function read(key: string): string | null {
  try { return localStorage.getItem(key); } catch { return null; }
}
export function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch { /* nothing to keep it in */ }
}

export async function loadLanguage(lang: Lang = preferred()): Promise<void> {
  words = (await loaders[lang]()).default;
  current = lang;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  listeners.forEach((listener) => listener());
}

/** Words that come later are drawn when they are there. */
export const redraw = (): void => { drawn += 1; listeners.forEach((listener) => listener()); };

export function switchLanguage(lang: Lang): void {
  write(STORED, lang);
  void loadLanguage(lang);
}

export function useLanguage(): Lang {
  useSyncExternalStore(
    (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
    () => `${current}${drawn}`,
  );
  return current;
}

export const language = (): Lang => current;

/** The sentence for `key`, with {names} filled in. */
export function t(key: string, vars?: Record<string, string | number>): string {
  const text = words[key] ?? key;
  return vars ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(vars[name] ?? whole)) : text;
}

/** True when the catalogue knows `key`: for codes that the server may extend. */
export const has = (key: string): boolean => key in words;

/** A word for a code of the server; the code itself when the catalogue has none. */
export const word = (prefix: string, code: string): string =>
  has(`${prefix}.${code}`) ? t(`${prefix}.${code}`) : code;

export const say = (text: Text | null | undefined): string =>
  text ? (current === 'zh' ? text.zh || text.en : text.en || text.zh) : '';
