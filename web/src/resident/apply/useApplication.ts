import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, call } from '../../api/client';
import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Json, MatterDetail } from '../../api/types.gen';
import type { Scope } from '../../form/feel';
import { pagesOf, visiblePages, type FormPage } from '../../form/pages';
import { initial, isObject, readForm, setAt, type Answers, type Field } from '../../form/schema';
import { dataOf } from '../../form/settle';
import { language } from '../../locale';
import { readDraft, writeDraft } from './local';

export type Saved = 'no' | 'saving' | 'server' | 'device';

export interface Application {
  detail: MatterDetail;
  fields: Field[];
  pages: FormPage[];
  answers: Answers;
  /** What the register knows of them. */
  known: Answers;
  scope: Scope;
  saved: Saved;
  lastPage: string | null;
  set: (path: (string | number)[], value: Json) => void;
  /** Keeps the draft; a broken line keeps it on the device. */
  keep: (page: string) => Promise<void>;
  drop: () => Promise<void>;
}

type Start = { answers: Answers; page: string | null; known: Answers };

/** The newest of what the server and this device hold. */
async function findDraft(account: string, matter: string): Promise<Omit<Start, 'known'> | null> {
  const local = readDraft(account, matter);
  try {
    const draft = await call('draft_get', { path: { matter } });
    if (isObject(draft.data) && (!local || local.at <= draft.saved_at)) return { answers: draft.data, page: draft.page ?? null };
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 404 && !error.offline)) throw error;
  }
  return local && { answers: local.answers, page: local.page };
}

/** What the register answers; without a line the person answers alone. */
async function findKnown(matter: string): Promise<Answers> {
  try {
    const { answers } = await call('my_known', { path: { matter } });
    return isObject(answers) ? answers : {};
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.offline)) return {};
    throw error;
  }
}

export function useApplication(matter: string): { app: Application | null; error: ApiError | null; reload: () => void } {
  const { session, meta } = useSession();
  const account = session?.account ?? '';
  const detail = useCall('matter', { path: { matter } });
  const [start, setStart] = useState<Start | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const [saved, setSaved] = useState<Saved>('no');
  const lang = language();

  const fields = useMemo(() => {
    if (!detail.data) return [];
    return readForm(detail.data.form ?? null, lang === 'en' ? detail.data.form_en : null);
  }, [detail.data, lang]);

  useEffect(() => {
    let live = true;
    setFailure(null);
    Promise.all([findDraft(account, matter), findKnown(matter)]).then(
      ([draft, known]) => { if (live) setStart({ ...(draft ?? { answers: known, page: null }), known }); },
      (error: unknown) => { if (live) setFailure(error instanceof ApiError ? error : new ApiError(-1, null)); });
    return () => { live = false; };
  }, [account, matter, round]);

  const [answers, setAnswers] = useState<Answers | null>(null);
  useEffect(() => {
    if (start && fields.length) setAnswers((old) => old ?? initial(fields, start.answers));
  }, [start, fields]);
  const latest = useRef<Answers>({});
  latest.current = answers ?? {};

  const set = useCallback((path: (string | number)[], value: Json) => {
    setAnswers((old) => {
      const next = setAt(old ?? {}, path, value) as Answers;
      writeDraft(account, matter, { answers: next, page: null, at: new Date().toISOString() });
      return next;
    });
    setSaved('no');
  }, [account, matter]);

  const keep = useCallback(async (page: string) => {
    setSaved('saving');
    try {
      const draft = await call('draft_put', { path: { matter }, body: { data: latest.current, page } });
      writeDraft(account, matter, { answers: latest.current, page, at: draft.saved_at });
      setSaved('server');
    } catch {
      writeDraft(account, matter, { answers: latest.current, page, at: new Date().toISOString() });
      setSaved('device');
    }
  }, [account, matter]);

  const drop = useCallback(async () => {
    writeDraft(account, matter, null);
    try { await call('draft_delete', { path: { matter } }); } catch { /* it was never on the server, or goes with the case */ }
  }, [account, matter]);

  const today = meta?.today ?? null;
  const app = useMemo<Application | null>(() => {
    if (!detail.data || !answers || !start) return null;
    const scope: Scope = { ...(dataOf(fields, answers) as Scope), $today: today };
    return {
      detail: detail.data, fields, answers, known: start.known, scope, saved, set, keep, drop, lastPage: start.page,
      pages: visiblePages(pagesOf(fields), scope),
    };
  }, [detail.data, answers, start, fields, saved, set, keep, drop, today]);
  const reload = useCallback(() => { detail.reload(); setRound((n) => n + 1); }, [detail]);
  return { app, error: detail.error ?? failure, reload };
}
