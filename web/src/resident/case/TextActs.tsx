import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Verification } from '../../api/types.gen';
import { Empty, Problem } from '../../components/State';
import { ErrorSummary } from '../../components/ErrorSummary';
import { factText } from '../../components/FactValue';
import { may } from '../../components/may';
import { go, link } from '../../components/route';
import { say, t, word } from '../../locale';
import { money } from '../../locale/format';
import { called } from '../../locale/words';
import type { CaseProps } from './CaseRoutes';

/** A page with one text to write and one thing to do. */
export function TextAct({ label, hint, needed, action, harm = false, onSend }: {
  label: string; hint?: string; needed: string; action: string; harm?: boolean; onSend: (text: string) => Promise<void>;
}) {
  const [text, setText] = useState('');
  const [round, setRound] = useState(0);
  const act = useAct();
  const wrong = round > 0 && !text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRound((n) => n + 1);
    if (text.trim()) void act.run(() => onSend(text.trim()));
  };
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary round={round} items={wrong ? [{ id: 'act-text', text: needed }] : []} />
      {act.error && <Problem error={act.error} focus />}
      <div className={`form-field${wrong ? ' is-wrong' : ''}`}>
        <label className="form-label" htmlFor="act-text">{label}</label>
        {hint && <p className="form-hint" id="act-hint">{hint}</p>}
        {wrong && <p className="form-error" id="act-wrong">{needed}</p>}
        <textarea id="act-text" rows={6} value={text} aria-invalid={wrong || undefined}
          aria-describedby={[hint && 'act-hint', wrong && 'act-wrong'].filter(Boolean).join(' ') || undefined} onChange={(e) => setText(e.target.value)} />
      </div>
      <div className="actions"><button className={`button${harm ? ' is-harm' : ''}`} disabled={act.busy}>{action}</button></div>
    </form>
  );
}

function Conflicts({ report }: { report: Verification }) {
  if (report.conflicts.length === 0) return null;
  return (
    <section className="block">
      <h2>{t('explain.conflicts')}</h2>
      <ul className="cards">
        {report.conflicts.map((conflict, i) => (
          <li key={i} className="card">
            <h3>{called(conflict.fact).replace(/^户\./, '')}</h3>
            <dl className="mini">
              <div><dt>{t('explain.declared')}</dt><dd>{factText(conflict.declared)}</dd></div>
              <div><dt>{t('explain.found', { source: word('source', conflict.source) })}</dt><dd>{factText(conflict.found)}</dd></div>
              {conflict.difference_fen != null && <div><dt>{t('explain.difference')}</dt><dd className="number">{money(conflict.difference_fen)}</dd></div>}
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The right to explain: what was found, beside what was said. */
export function ExplainPage({ data, reload }: CaseProps) {
  const { id } = data.summary;
  const report = useCall('case_verification', { path: { case: id } });
  if (!may(data, 'explain')) return <><h1>{t('explain.title')}</h1><Empty title={t('explain.closed')} /></>;
  return (
    <>
      <h1>{t('explain.title')}</h1>
      <p className="lead">{t('explain.lead')}</p>
      {report.data && <Conflicts report={report.data} />}
      <TextAct label={t('explain.label')} hint={t('explain.hint')} needed={t('explain.needed')} action={t('explain.do')}
        onSend={async (text) => { await call('case_explain', { path: { case: id }, body: { reason: text } }); reload(); go(link('case', id)); }} />
    </>
  );
}

export function WithdrawPage({ data, reload }: CaseProps) {
  const { id, matter_name: name } = data.summary;
  if (!may(data, 'withdraw')) return <><h1>{t('withdraw.title')}</h1><Empty title={t('withdraw.closed')} /></>;
  return (
    <>
      <h1>{t('withdraw.title')}</h1>
      <div className="note is-warn"><p>{t('withdraw.text', { matter: say(name) })}</p></div>
      <TextAct label={t('withdraw.label')} needed={t('withdraw.needed')} action={t('withdraw.do')} harm
        onSend={async (text) => { await call('case_withdraw', { path: { case: id }, body: { reason: text } }); reload(); go(link('case', id)); }} />
    </>
  );
}
