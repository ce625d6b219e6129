/* Single-key shortcuts, which a person can turn off (WCAG 2.1.4). */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { read, write } from '../locale';

const STORED = 'mz.keys';
const listeners = new Set<() => void>();
const isOn = (): boolean => read(STORED) !== 'off';

export function setShortcuts(on: boolean): void {
  write(STORED, on ? null : 'off');
  listeners.forEach((listener) => listener());
}

export const useShortcuts = (): boolean => useSyncExternalStore(
  (listener) => { listeners.add(listener); return () => listeners.delete(listener); }, isOn);

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Calls acts[key] when a key is pressed alone and nobody is typing. */
export function useKeys(acts: Record<string, () => void>): void {
  const on = useShortcuts();
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('.ant-modal-open, [role=dialog]')) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [on]);
}
