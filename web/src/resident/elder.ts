/* Elder mode: larger, plainer, one thing a screen.  Kept on this device. */
import { useSyncExternalStore } from 'react';
import { read, write } from '../locale';

const STORED = 'mz.elder';
const listeners = new Set<() => void>();
const isOn = (): boolean => document.documentElement.dataset.elder === 'on';

function mark(on: boolean): void {
  if (on) document.documentElement.dataset.elder = 'on';
  else delete document.documentElement.dataset.elder;
}

export const restoreElder = (): void => mark(read(STORED) === 'on');

export function setElder(on: boolean): void {
  write(STORED, on ? 'on' : null);
  mark(on);
  listeners.forEach((listener) => listener());
}

export const useElder = (): boolean => useSyncExternalStore(
  (listener) => { listeners.add(listener); return () => listeners.delete(listener); }, isOn);
