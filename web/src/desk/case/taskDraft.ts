/* A step half filled in: kept at the server as it is typed, and on this device
 * while the line is down.  What is on the device is removed when it has been
 * sent, and at sign-out. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../../api/client';
import type { Task, TaskDraft } from '../../api/types.gen';
import { isObject, type Answers } from '../../form/schema';
import { read, write } from '../../locale';

export interface Half { data: Answers; outcome: string | null; note: string | null }
/** `base`: the server's revision that it was written over. */
interface Held extends Half { base: number }

const PREFIX = 'mz.task.';
const SAVE_AFTER_MS = 1200;
const TRY_AGAIN_MS = 15_000;
const keyOf = (account: string, task: string): string => `${PREFIX}${account}.${task}`;

function readHeld(account: string, task: string): Held | null {
  try { return JSON.parse(read(keyOf(account, task)) ?? 'null') as Held | null; } catch { return null; }
}

/** At sign-out nothing of a case stays on the device. */
export function forgetTaskDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch { /* closed to us */ }
}

/** `differ`: the server has another one, and the officer chooses in the task; `waiting`: there is no line. */
export interface Left { sent: number; waiting: number; differ: { task: string; case: string; number: string }[] }

function heldTasks(account: string): string[] {
  const own = keyOf(account, '');
  try { return Object.keys(localStorage).filter((key) => key.startsWith(own)).map((key) => key.slice(own.length)); } catch { return []; }
}

/** Sends what is only on this device, of tasks that are not open now. */
export async function sendHeld(account: string): Promise<Left> {
  const left: Left = { sent: 0, waiting: 0, differ: [] };
  for (const id of heldTasks(account)) {
    const held = readHeld(account, id);
    let task: Task | null = null;
    try {
      task = held && await call('task', { path: { task: id } });
      if (!held || !task || task.state !== 'open') { write(keyOf(account, id), null); continue; }
      const server = task.draft ? halfOf(task.draft) : null;
      if (task.draft && server && task.draft.revision !== held.base && !same(held, server)) {
        left.differ.push({ task: id, case: task.case, number: task.number });
        continue;
      }
      await call('task_draft_put', { path: { task: id }, body: { data: held.data, outcome: held.outcome, note: held.note, over: task.draft?.revision ?? 0 } });
      write(keyOf(account, id), null);
      left.sent += 1;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 401) left.differ.push({ task: id, case: task?.case ?? '', number: task?.number ?? id });
      else left.waiting += 1;
    }
  }
  left.differ = left.differ.filter((one) => one.case !== '');
  return left;
}

export type Keeping = 'nothing' | 'saving' | 'saved' | 'device';

export interface DraftState {
  /** What there was when the task was opened. */
  start: Half | null;
  /** The server's, where it differs from what is on this device: until one is chosen nothing is sent. */
  server: Half | null;
  keeping: Keeping;
  keep: (half: Half) => void;
  takeDevice: () => void;
  takeServer: () => void;
  drop: () => void;
}

/** The server writes the members of an object in an order of its own. */
const inOrder = (_: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
const same = (a: Half, b: Half): boolean => JSON.stringify([a.data, a.outcome, a.note], inOrder) === JSON.stringify([b.data, b.outcome, b.note], inOrder);
const halfOf = (draft: TaskDraft): Half => ({ data: draft.data as Answers, outcome: draft.outcome ?? null, note: draft.note ?? null });

export function useTaskDraft(account: string, task: string, draft: TaskDraft | null): DraftState {
  const [first] = useState(() => {
    const held = readHeld(account, task);
    const server = draft ? halfOf(draft) : null;
    if (!held) return { start: server, server: null, held: null };
    const moved = draft !== null && draft.revision !== held.base && server !== null && !same(held, server);
    return { start: held as Half, server: moved ? server : null, held };
  });
  const [keeping, setKeeping] = useState<Keeping>(first.held ? 'device' : draft ? 'saved' : 'nothing');
  const [server, setServer] = useState<Half | null>(first.server);
  const base = useRef<number>(draft?.revision ?? 0);
  const waiting = useRef<Half | null>(first.held);
  const choosing = useRef(first.server !== null);
  const timer = useRef(0);
  const gone = useRef(false);

  const hold = useCallback((half: Half) => {
    // While two differ, the device's stays one that differs, should the page be left.
    write(keyOf(account, task), JSON.stringify({ ...half, base: choosing.current ? -1 : base.current }));
  }, [account, task]);

  const push = useCallback(async () => {
    const half = waiting.current;
    if (!half || gone.current || choosing.current) return;
    setKeeping('saving');
    try {
      const kept = await call('task_draft_put', { path: { task }, body: { data: half.data, outcome: half.outcome, note: half.note, over: base.current } });
      base.current = kept.revision;
      if (waiting.current === half) { waiting.current = null; write(keyOf(account, task), null); setKeeping('saved'); }
    } catch (error) {
      if (gone.current) return;
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      hold(half);
      setKeeping('device');
      if (error instanceof ApiError && error.problem?.code === 'case.draft_changed') {
        const now = (await call('task', { path: { task } }).catch(() => null))?.draft;
        if (!now || gone.current) return;
        choosing.current = true;
        base.current = now.revision;
        hold(waiting.current ?? half);
        setServer(halfOf(now));
      } else if (!refused) timer.current = window.setTimeout(() => void push(), TRY_AGAIN_MS);
    }
  }, [account, task, hold]);

  const keep = useCallback((half: Half) => {
    waiting.current = half;
    if (choosing.current) { hold(half); setKeeping('device'); return; }
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void push(), SAVE_AFTER_MS);
  }, [push, hold]);
  const takeDevice = useCallback(() => {
    choosing.current = false;
    setServer(null);
    void push();
  }, [push]);
  const takeServer = useCallback(() => {
    choosing.current = false;
    waiting.current = null;
    write(keyOf(account, task), null);
    setServer(null);
    setKeeping('saved');
  }, [account, task]);
  const drop = useCallback(() => {
    gone.current = true;
    waiting.current = null;
    window.clearTimeout(timer.current);
    write(keyOf(account, task), null);
  }, [account, task]);

  useEffect(() => {
    const back = () => void push();
    window.addEventListener('online', back);
    if (waiting.current) void push();
    // What was typed in the last second goes to the server, or at least to the device.
    const leave = () => {
      const half = waiting.current;
      if (half && !gone.current) hold(half);
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('online', back);
      window.removeEventListener('pagehide', leave);
      window.clearTimeout(timer.current);
      leave();
      void push();
    };
  }, [account, task, push, hold]);
  return { start: first.start, server, keeping, keep, takeDevice, takeServer, drop };
}
