import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { QuestionItem } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { roleName } from '../components/roles';
import { say, t } from '../locale';
import { day, dayOf, moment } from '../locale/format';

function Answer({ question, onClose, onDone }: { question: QuestionItem; onClose: () => void; onDone: () => void }) {
  const [text, setText] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('access_answer', { path: { question: question.id }, body: { text: text.trim() } });
    onDone();
  });
  return (
    <Modal open title={t('questions.answerOf', { office: question.office, at: moment(question.looked_at) })} okText={t('questions.answer')} cancelText={t('cancel')} okButtonProps={{ disabled: text.trim().length < 4 }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{question.text || t('questions.noText')}</p>
      <label className="note-label" htmlFor="answer">{t('questions.text')}</label>
      <textarea id="answer" rows={5} maxLength={2000} value={text} onChange={(e) => setText(e.target.value)} aria-describedby="answer-hint" />
      <p className="quiet" id="answer-hint">{t('questions.hint')}</p>
    </Modal>
  );
}

/** Residents ask why somebody looked; who oversees the office answers in time. */
export function QuestionsPage() {
  const list = useCall('access_questions');
  const [chosen, setChosen] = useState<QuestionItem | null>(null);
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.questions')}</h1></div>
      <p className="quiet">{t('questions.lead')}</p>
      <Show of={list} lines={6}>{({ items }) => items.length === 0 ? <Empty title={t('questions.none')} /> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.questions')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('questions.col.look')}</th><th scope="col">{t('questions.col.why')}</th><th scope="col">{t('questions.col.question')}</th><th scope="col">{t('questions.col.due')}</th></tr></thead>
            <tbody>
              {items.map((q) => (
                <tr key={q.id}>
                  <th scope="row">{q.office} · {roleName(q.role)}<br /><span className="quiet">{moment(q.looked_at)}</span></th>
                  <td>{say(q.purpose)}<br /><span className="quiet">{q.fields.map(say).join(t('form.join'))}</span></td>
                  <td>{q.text || <span className="quiet">{t('questions.noText')}</span>}{q.answered_at && <><br /><span className="quiet">{q.answer}</span></>}</td>
                  <td>
                    {q.answered_at ? <><span className="mark is-good">{t('questions.done')}</span><br /><span className="quiet">{dayOf(q.answered_at)}</span></>
                      : <><span className={q.late ? 'is-bad' : undefined}>{day(q.due_on)}</span> {q.mine ? <span className="quiet">{t('questions.mine')}</span> : <Button size="small" onClick={() => setChosen(q)}>{t('questions.answer')}<span className="hidden">{moment(q.looked_at)}</span></Button>}</>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}</Show>
      {chosen && <Answer question={chosen} onClose={() => setChosen(null)} onDone={() => { setChosen(null); list.reload(); }} />}
    </>
  );
}
