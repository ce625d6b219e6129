import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Case, Task } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { say, t } from '../../locale';
import { day } from '../../locale/format';
import { roleName } from '../../components/roles';
import { urgencyText } from '../urgency';
import { TaskForm, useTaskForm } from './TaskForm';
import { OtherActs } from './OtherActs';

interface Props { data: Case; wanted: string | null; reload: () => void; onNext: (() => Promise<void>) | undefined }

/** The one place where a case is acted upon: what the law asks now, the outcomes, and what follows each. */
export function ActionPanel({ data, wanted, reload, onNext }: Props) {
  const { roles } = useSession();
  const open = data.tasks.filter((task) => task.state === 'open');
  const mine = open.filter((task) => roles.has(task.role));
  const task = mine.find((candidate) => candidate.id === wanted) ?? mine[0];
  const others = open.filter((candidate) => candidate !== task);
  const misnamed = data.parties.filter((party) => party.name_stated);
  return (
    <aside className="acts" aria-label={t('acts.title')}>
      {misnamed.length > 0 && !data.summary.outcome && (
        <Alert type="warning" showIcon message={t('acts.misnamed', { n: misnamed.length })}
          description={<ul className="plain">{misnamed.map((party) => <li key={party.person}>{t('acts.misnamedOne', { stated: party.name_stated ?? '', name: party.name, id: party.id_masked })}</li>)}</ul>} />
      )}
      {task ? <TaskBox key={task.id} task={task} reload={reload} onNext={onNext} /> : <p className="quiet">{t('acts.none')}</p>}
      {others.length > 0 && (
        <section>
          <h2>{t('acts.others')}</h2>
          <ul className="plain">{others.map((other) => <li key={other.id}>{say(other.name)} <span className="quiet">{roleName(other.role)} · {other.division_name}{other.due_on && ` \u00b7 ${day(other.due_on)}`}</span></li>)}</ul>
        </section>
      )}
      <OtherActs data={data} reload={reload} />
      {onNext && <p><Button block onClick={() => void onNext()}>{t('acts.next')}</Button></p>}
    </aside>
  );
}

function TaskBox({ task, reload, onNext }: { task: Task; reload: () => void; onNext: (() => Promise<void>) | undefined }) {
  const { meta } = useSession();
  const { message } = App.useApp();
  const [outcome, setOutcome] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const form = useTaskForm(task.form ?? null);
  const act = useAct();
  const claim = useAct();
  const chosen = task.outcomes.find((candidate) => candidate.id === outcome) ?? (task.outcomes.length === 1 ? task.outcomes[0] : undefined);
  const blocked = task.blocked_because;
  const reasonMissing = !!chosen?.needs_reason && !note.trim();
  const problems = [
    ...(!chosen ? [t('acts.chooseFirst')] : []), ...(reasonMissing ? [t('acts.reasonFirst')] : []), ...form.problems,
  ];
  const submit = () => {
    setTried(true);
    if (problems.length > 0 || !chosen) return;
    void act.run(async () => {
      await call('task_complete', { path: { task: task.id }, body: { outcome: chosen.id, note: note.trim() || null, data: form.data } });
      void message.success(t('acts.done', { task: say(task.name), outcome: say(chosen.name) }));
      if (onNext) await onNext();
      reload();
    });
  };
  const take = (id: 'task_claim' | 'task_release') => claim.run(async () => { await call(id, { path: { task: task.id } }); reload(); });
  return (
    <section className={`task-box is-${task.urgency}`}>
      <h2>{say(task.name)}</h2>
      <p className="task-box-due"><strong>{urgencyText(task, meta?.today)}</strong>{task.due_on && <span>{day(task.due_on)}{task.due_provisional && ` ${t('due.provisional')}`}</span>}</p>
      {task.what_law_asks && <div className="law"><p>{say(task.what_law_asks)}</p>{task.article && <p className="quiet">{task.article}</p>}</div>}
      <p className="claim">
        {task.claimed_by_me
          ? <><span>{t('task.mine')}</span> <Button size="small" loading={claim.busy} onClick={() => void take('task_release')}>{t('task.release')}</Button></>
          : <><span>{task.claimed_by ? t('task.claimedBy', { name: task.claimed_by }) : t('task.free')}</span> <Button size="small" disabled={!!blocked} loading={claim.busy} onClick={() => void take('task_claim')}>{t('task.claim')}</Button></>}
      </p>
      {claim.error && <Problem error={claim.error} />}
      {blocked && <Alert type="warning" showIcon message={say(blocked)} />}
      {!blocked && (
        <>
          {task.form != null && <TaskForm form={form} tried={tried} />}
          <fieldset className="outcomes">
            <legend>{t('acts.outcome')}</legend>
            {task.outcomes.map((candidate) => (
              <label key={candidate.id} className={chosen === candidate ? 'is-on' : ''}>
                <input type="radio" name={`outcome-${task.id}`} value={candidate.id} checked={chosen === candidate} onChange={() => setOutcome(candidate.id)} />
                <span><strong>{say(candidate.name)}</strong>{candidate.follows && <small>{say(candidate.follows)}</small>}</span>
              </label>
            ))}
          </fieldset>
          <label className="note-label" htmlFor={`note-${task.id}`}>{t(chosen?.needs_reason ? 'acts.reason' : 'acts.note')}</label>
          <textarea id={`note-${task.id}`} rows={4} value={note} aria-invalid={(tried && reasonMissing) || undefined} onChange={(e) => setNote(e.target.value)} />
          {tried && problems.length > 0 && <div className="note is-bad" role="alert"><ul>{problems.map((text) => <li key={text}>{text}</li>)}</ul></div>}
          {act.error && <Problem error={act.error} focus />}
          <Button type="primary" size="large" block loading={act.busy} onClick={submit}>{chosen ? t('acts.do', { outcome: say(chosen.name) }) : t('acts.doAny')}</Button>
        </>
      )}
    </section>
  );
}
