import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';
import { ApiError, call, setSession } from './client';
import { routes, type Meta, type RouteId, type Session } from './types.gen';

interface SessionState {
  session: Session | null;
  meta: Meta | null;
  /** Both questions are answered (or refused). */
  ready: boolean;
  error: ApiError | null;
  open: (login: string, password: string) => Promise<Session>;
  close: () => Promise<void>;
  /** The server no longer knows us. */
  forget: () => void;
  roles: Set<string>;
  /** Has one of the roles that the route is for (the server decides; this only hides). */
  mayCall: (route: RouteId) => boolean;
}

const Context = createContext<SessionState | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, keep] = useState<Session | null>(null);
  const [meta, setMeta] = useState<Meta | null>(null);
  const [ready, setReady] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const accept = useCallback((next: Session | null) => { setSession(next); keep(next); }, []);

  useEffect(() => {
    const meta = call('meta').then(setMeta);
    const mine = call('session_get').then(accept, (failure: unknown) => {
      if (!(failure instanceof ApiError) || failure.status !== 401) throw failure;
    });
    Promise.all([meta, mine])
      .catch((failure: unknown) => setError(failure instanceof ApiError ? failure : new ApiError(-1, null)))
      .finally(() => setReady(true));
  }, [accept]);

  const open = useCallback(async (login: string, password: string) => {
    const next = await call('session_open', { body: { login, password } });
    accept(next);
    return next;
  }, [accept]);
  const close = useCallback(async () => {
    try { await call('session_close'); } finally { accept(null); }
  }, [accept]);
  const forget = useCallback(() => accept(null), [accept]);

  const roles = new Set(session?.roles.map((grant) => grant.role) ?? []);
  const mayCall = (route: RouteId) => routes[route].roles.split(',').some((role) => role === 'signed' || role === 'public' || roles.has(role) || (role === 'resident' && session?.kind === 'resident'));
  return <Context.Provider value={{ session, meta, ready, error, open, close, forget, roles, mayCall }}>{children}</Context.Provider>;
}

export function useSession(): SessionState {
  const state = useContext(Context);
  if (!state) throw new Error('useSession outside SessionProvider');
  return state;
}
