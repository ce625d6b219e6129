import { useState } from 'react';
import { call } from '../api/client';
import { useAct } from '../api/hooks';
import type { AccessEntry } from '../api/types.gen';
import { Problem } from '../components/State';
import { t } from '../locale';
import { day, dayOf } from '../locale/format';
import { roleName } from '../components/roles';

/** A look by others: ask why, or what came of having asked. */
export function AskWhy({ entry, onAsked }: { entry: AccessEntry; onAsked: () => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const act = useAct();
  const id = `why-${entry.entry}`;
  const { question } = entry;
  const send = () => act.run(async () => {
    await call('access_ask', { path: { entry: entry.entry }, body: { text: text.trim() } });
    onAsked();
  });
  if (question) {
    return (
      <div className="note">
        <p>{t('access.asked', { date: dayOf(question.asked_at) })}</p>
        {question.text && <p>{question.text}</p>}
        {question.answered_at
          ? <><p>{t('access.answered', { date: dayOf(question.answered_at), role: roleName(question.answered_role ?? '') })}</p><p>{question.answer}</p></>
          : <p>{t(question.late ? 'access.answerLate' : 'access.answerDue', { date: day(question.due_on) })}</p>}
      </div>
    );
  }
  if (!open) return <p className="actions"><button type="button" className="button is-second" onClick={() => setOpen(true)}>{t('access.ask')}</button></p>;
  return (
    <div>
      {act.error && <Problem error={act.error} focus />}
      <label htmlFor={id}>{t('access.askText')}</label>
      <textarea id={id} rows={3} maxLength={500} value={text} onChange={(e) => setText(e.target.value)} aria-describedby={`${id}-hint`} />
      <p className="quiet" id={`${id}-hint`}>{t('access.askHint')}</p>
      <p className="actions">
        <button type="button" className="button" disabled={act.busy} onClick={() => void send()}>{t('access.askSend')}</button>
        <button type="button" className="button is-second" onClick={() => setOpen(false)}>{t('cancel')}</button>
      </p>
    </div>
  );
}
