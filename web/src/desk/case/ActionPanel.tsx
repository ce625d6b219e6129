import { Alert, App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Case, Task } from '../../api/types.gen';
import { Problem, Show } from '../../components/State';
import { answerRows } from '../../form/pages';
import type { Field } from '../../form/schema';
import { answerWords } from '../../form/sentences';
import { say, t } from '../../locale';
import { day } from '../../locale/format';
import { roleName } from '../../components/roles';
import { KeepButton } from '../offline/KeepButton';
import { limitText, urgencyText } from '../urgency';
import { LawList, pointMet, TaskForm, useTaskForm } from './TaskForm';
import { useTaskDraft, type Half } from './taskDraft';
import { OtherActs } from './OtherActs';
import { MergeCase } from './MergeCase';
import { TransferCase } from './TransferCase';

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
      {task ? <TaskBox key={task.id} task={task} matter={data.summary.matter} reload={reload} onNext={onNext} /> : <p className="quiet">{t('acts.none')}</p>}
      {others.length > 0 && (
        <section>
          <h2>{t('acts.others')}</h2>
          <ul className="plain">{others.map((other) => <li key={other.id}>{say(other.name)} <span className="quiet">{roleName(other.role)} · {other.division_name}{other.due_on && ` \u00b7 ${day(other.due_on)}`}</span></li>)}</ul>
        </section>
      )}
      <OtherActs data={data} reload={reload} />
      <MergeCase data={data} reload={reload} />
      <TransferCase data={data} />
      {onNext && <p><Button block onClick={() => void onNext()}>{t('acts.next')}</Button></p>}
    </aside>
  );
}

interface BoxProps { task: Task; matter: string; reload: () => void; onNext: (() => Promise<void>) | undefined }

/** The list says what there is; the form, its draft and the law are asked for when somebody works on it. */
function TaskBox({ task, matter, reload, onNext }: BoxProps) {
  const question = useCall('task', { path: { task: task.id } });
  const again = () => { reload(); question.reload(); };
  return <Show of={question} lines={8}>{(whole) => <TaskBody key={whole.id} task={whole} listed={task} matter={matter} reload={again} onNext={onNext} />}</Show>;
}

interface TwoProps { fields: Field[]; device: Half; server: Half; outcomes: Task['outcomes']; onDevice: () => void; onServer: () => void }

/** Two copies of one draft: where they differ, side by side; the officer takes one. */
function TwoDrafts({ fields, device, server, outcomes, onDevice, onServer }: TwoProps) {
  const rowsOf = (half: Half): Map<string, { label: string; value: string }> => {
    const chosen = outcomes.find((one) => one.id === half.outcome);
    return new Map([
      ['outcome', { label: t('acts.outcome'), value: chosen ? say(chosen.name) : t('form.none') }],
      ...answerRows(fields, fields, half.data, answerWords()).filter((row) => !row.heading).map((row): [string, { label: string; value: string }] => [row.path.join('.'), row]),
      ['note', { label: t('acts.note'), value: half.note || t('form.none') }],
    ]);
  };
  const here = rowsOf(device), there = rowsOf(server);
  const rows = [...new Set([...here.keys(), ...there.keys()])].map((path) => ({
    path, label: (here.get(path) ?? there.get(path))!.label, here: here.get(path)?.value ?? t('form.none'), there: there.get(path)?.value ?? t('form.none'),
  })).filter((row) => row.here !== row.there);
  return (
    <div className="note is-warn" role="status">
      <p><strong>{t('draft.two')}</strong></p>
      <table className="two-drafts">
        <thead><tr><td /><th scope="col">{t('draft.here')}</th><th scope="col">{t('draft.there')}</th></tr></thead>
        <tbody>{rows.map((row) => <tr key={row.path}><th scope="row">{row.label}</th><td>{row.here}</td><td>{row.there}</td></tr>)}</tbody>
      </table>
      <p className="draft-acts"><Button size="small" onClick={onDevice}>{t('draft.takeDevice')}</Button> <Button size="small" onClick={onServer}>{t('draft.takeServer')}</Button></p>
    </div>
  );
}

function Head({ task, reload }: { task: Task; reload: () => void }) {
  const { meta } = useSession();
  const claim = useAct();
  const take = (id: 'task_claim' | 'task_release') => claim.run(async () => { await call(id, { path: { task: task.id } }); reload(); });
  return (
    <>
      <h2>{say(task.name)}</h2>
      <p className="task-box-due"><strong>{urgencyText(task, meta?.today)}</strong>{task.due_on && <span>{day(task.due_on)}{task.due_provisional && ` ${t('due.provisional')}`}</span>}
        {task.limit && <span className="quiet">{t('law.limit', { limit: limitText(task.limit) })}</span>}</p>
      <p className="claim">
        {task.claimed_by_me
          ? <><span>{t('task.mine')}</span> <Button size="small" loading={claim.busy} onClick={() => void take('task_release')}>{t('task.release')}</Button></>
          : <><span>{task.claimed_by ? t('task.claimedBy', { name: task.claimed_by }) : t('task.free')}</span> <Button size="small" disabled={!!task.blocked_because} loading={claim.busy} onClick={() => void take('task_claim')}>{t('task.claim')}</Button></>}
      </p>
      {claim.error && <Problem error={claim.error} />}
    </>
  );
}

/** listed: the task as the case shows it, read again when somebody comes back; who has claimed it stands there. */
function TaskBody({ task, listed, matter, reload, onNext }: BoxProps & { listed: Task }) {
  const { message } = App.useApp();
  const { session } = useSession();
  const draft = useTaskDraft(session?.account ?? '', task.id, task.draft ?? null);
  const [outcome, setOutcome] = useState(draft.start?.outcome ?? '');
  const [note, setNote] = useState(draft.start?.note ?? '');
  const [tried, setTried] = useState(false);
  const act = useAct();
  const chosen = task.outcomes.find((candidate) => candidate.id === outcome) ?? (task.outcomes.length === 1 ? task.outcomes[0] : undefined);
  const form = useTaskForm(task, chosen?.id ?? '', draft.start?.data ?? null);
  const blocked = listed.blocked_because;
  const reasonMissing = !!chosen?.needs_reason && !note.trim();
  const unmet = form.problems.length > 0 ? [] : task.law.filter((point) => task.has_form && pointMet(point, form.scope) === false);
  const problems = [
    ...(!chosen ? [t('acts.chooseFirst')] : []), ...(reasonMissing ? [t('acts.reasonFirst')] : []), ...form.problems,
    ...unmet.map((point) => t('law.unmet', { point: say(point.text), article: point.article ?? '' })),
  ];
  const touched = useRef('');
  const now = JSON.stringify([form.answers, outcome, note]);
  const { keep } = draft;
  useEffect(() => {
    if (touched.current === '') { touched.current = now; return; } // as it was opened
    if (touched.current === now || blocked) return;
    touched.current = now;
    keep({ data: form.answers, outcome: outcome || null, note: note || null });
  }, [now, blocked, keep, form.answers, outcome, note]);
  const submit = () => {
    setTried(true);
    if (problems.length > 0 || !chosen) return;
    void act.run(async () => {
      await call('task_complete', { path: { task: task.id }, body: { outcome: chosen.id, note: note.trim() || null, data: form.data } });
      draft.drop();
      void message.success(t('acts.done', { task: say(task.name), outcome: say(chosen.name) }));
      if (onNext) await onNext();
      reload();
    });
  };
  const takeServer = () => {
    if (!draft.server) return;
    form.replace(draft.server.data);
    setOutcome(draft.server.outcome ?? '');
    setNote(draft.server.note ?? '');
    draft.takeServer();
  };
  return (
    <section className={`task-box is-${task.urgency}`}>
      <Head task={{ ...task, claimed_by: listed.claimed_by, claimed_by_me: listed.claimed_by_me, blocked_because: listed.blocked_because }} reload={reload} />
      {task.has_form && <KeepButton task={task} matter={matter} />}
      {(task.what_law_asks || task.law.length > 0) && (
        <div className="law">
          <h3>{t('law.title')}</h3>
          {task.law.length > 0 ? <LawList points={task.law} scope={form.scope} /> : task.what_law_asks && <p>{say(task.what_law_asks)}</p>}
          {task.article && <p className="quiet">{t('law.basis', { article: task.article })}</p>}
        </div>
      )}
      {blocked && <Alert type="warning" showIcon message={say(blocked)} />}
      {!blocked && (
        <>
          {draft.server && (
            <TwoDrafts fields={form.fields} device={{ data: form.answers, outcome: outcome || null, note: note || null }} server={draft.server} outcomes={task.outcomes}
              onDevice={draft.takeDevice} onServer={takeServer} />
          )}
          <fieldset className="outcomes">
            <legend>{t('acts.outcome')}</legend>
            {task.outcomes.map((candidate) => (
              <label key={candidate.id} className={chosen === candidate ? 'is-on' : ''}>
                <input type="radio" name={`outcome-${task.id}`} value={candidate.id} checked={chosen === candidate} onChange={() => setOutcome(candidate.id)} />
                <span><strong>{say(candidate.name)}</strong>{candidate.follows && <small>{say(candidate.follows)}</small>}</span>
              </label>
            ))}
          </fieldset>
          {form.fields.length > 0 && <TaskForm form={form} tried={tried} />}
          <label className="note-label" htmlFor={`note-${task.id}`}>{t(chosen?.needs_reason ? 'acts.reason' : 'acts.note')}</label>
          <textarea id={`note-${task.id}`} rows={4} value={note} aria-invalid={(tried && reasonMissing) || undefined} onChange={(e) => setNote(e.target.value)} />
          {draft.keeping !== 'nothing' && <p className={draft.keeping === 'device' ? 'mark is-warn' : 'quiet'} role="status">{t(draft.server ? 'draft.choose' : `draft.${draft.keeping}`)}</p>}
          {tried && problems.length > 0 && <div className="note is-bad" role="alert"><ul>{problems.map((text) => <li key={text}>{text}</li>)}</ul></div>}
          {act.error && <Problem error={act.error} focus />}
          <Button type="primary" size="large" block loading={act.busy} onClick={submit}>{chosen ? t('acts.do', { outcome: say(chosen.name) }) : t('acts.doAny')}</Button>
        </>
      )}
    </section>
  );
}
