/* The plain states of a page: waiting, nothing, gone wrong. */
import { useEffect, useRef, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import type { Loaded } from '../api/hooks';
import { has, t } from '../locale';

export function Skeleton({ lines = 5 }: { lines?: number }) {
  return (
    <div className="skeleton" role="status">
      {Array.from({ length: lines }, (_, i) => <span key={i} />)}
      <div className="hidden">{t('state.loading')}</div>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return <div className="empty"><h2>{title}</h2>{children}</div>;
}

/** What happened, and the way out, for a status. */
export function wayOut(error: ApiError): string {
  if (error.offline) return t('problem.way.offline');
  return has(`problem.way.${error.status}`) ? t(`problem.way.${error.status}`) : t('problem.way.other');
}

export function titleOf(error: ApiError): string {
  if (error.offline) return t('problem.offline');
  return error.problem?.title || t('problem.other');
}

/** `entering`: it went wrong at the door itself, where "sign in first" is no way out. */
export function Problem({ error, onRetry, focus = false, entering = false }: { error: ApiError; onRetry?: () => void; focus?: boolean; entering?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => { if (focus) box.current?.focus(); }, [error, focus]);
  const { problem } = error;
  const refused = entering && error.status === 401;
  return (
    <div className="note is-bad" role="alert" ref={box} tabIndex={-1}>
      <h2>{refused ? t('signIn.failed') : titleOf(error)}</h2>
      {problem?.detail && problem.detail !== problem.title && <p>{problem.detail}</p>}
      {problem?.where && <p>{t('problem.where', { where: problem.where })}</p>}
      {!!problem?.errors?.length && <ul>{problem.errors.map((e, i) => <li key={i}>{e.path ? `${e.path} · ` : ''}{e.message}</li>)}</ul>}
      {!refused && <p>{wayOut(error)}</p>}
      {error.status === 401 && !entering && <p><a href={`${window.location.pathname}#/signin`} target="_blank" rel="noreferrer">{t('problem.signInAgain')}</a></p>}
      {onRetry && <button type="button" className="button is-second no-print" onClick={onRetry}>{t('problem.retry')}</button>}
    </div>
  );
}

/** Shows an answer when there is one, else why there is none. */
export function Show<T>({ of, lines, children }: { of: Omit<Loaded<T>, 'set'>; lines?: number; children: (data: T) => ReactNode }) {
  if (of.data !== null) {
    return <>{of.error && <Problem error={of.error} onRetry={of.reload} />}{children(of.data)}</>;
  }
  return of.error ? <Problem error={of.error} onRetry={of.reload} /> : <Skeleton lines={lines} />;
}
