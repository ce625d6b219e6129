import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from './client';
import type { RouteId, Routes } from './types.gen';

export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  /** Asks again and keeps what is shown until the answer is there. */
  reload: () => void;
  set: (data: T) => void;
}

interface Question<R extends RouteId> { path?: Routes[R]['path']; query?: Routes[R]['query']; skip?: boolean }

/** Asks one route and keeps the answer; asks again when the question changes. */
export function useCall<R extends RouteId>(id: R, question: Question<R> = {}): Loaded<Routes[R]['reply']> {
  type Reply = Routes[R]['reply'];
  const key = JSON.stringify([id, question.path, question.query, question.skip]);
  const [state, setState] = useState<{ key: string; data: Reply | null; error: ApiError | null; loading: boolean }>(
    { key, data: null, error: null, loading: !question.skip });
  const [round, setRound] = useState(0);
  const asked = useRef(question);
  asked.current = question;

  useEffect(() => {
    if (asked.current.skip) return undefined;
    const control = new AbortController();
    setState((old) => ({ key, data: old.key === key ? old.data : null, error: null, loading: true }));
    call(id, { path: asked.current.path, query: asked.current.query, signal: control.signal }).then(
      (data) => setState({ key, data, error: null, loading: false }),
      (error: unknown) => {
        if (control.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(-1, null);
        setState((old) => ({ key, data: old.data, error: known, loading: false }));
      });
    return () => control.abort();
  }, [id, key, round]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  const set = useCallback((data: Reply) => setState({ key, data, error: null, loading: false }), [key]);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : null, error: fresh ? state.error : null,
    loading: fresh ? state.loading : !question.skip, reload, set,
  };
}

/** Runs a write once at a time, keeping its error for the page. */
export function useAct(): {
  busy: boolean; error: ApiError | null; clear: () => void;
  run: <T>(act: () => Promise<T>) => Promise<T | undefined>;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const running = useRef(false);
  const run = useCallback(async <T,>(act: () => Promise<T>): Promise<T | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      return await act();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(-1, null));
      if (!(failure instanceof ApiError)) console.error(failure);
      return undefined;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(null), []);
  return { busy, error, clear, run };
}
