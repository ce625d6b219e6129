import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { PlanAct, PlanAdjustment, PlanMilestone, PlanTask, PlanWork } from '../../api/types.gen';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { DateField } from '../../components/DateField';
import { Problem, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { day, moment } from '../../locale/format';

/** What an adjustment would change, in words. */
function changes(change: unknown): string {
  const entries = Object.entries((change ?? {}) as Record<string, unknown>);
  return entries.map(([what, to]) => what === 'due' ? t('work.changes.due', { to: day(String(to)) }) : what === 'drop' ? t('work.changes.drop') : t('work.changes.other', { what, to: String(to) })).join(t('work.comma'));
}

function Reach({ milestone, onDone }: { milestone: PlanMilestone; onDone: () => void }) {
  const [on, setOn] = useState('');
  const [evidence, setEvidence] = useState('');
  const [file, setFile] = useState('');
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => { await call('plan_milestone_reach', { path: { milestone: milestone.id }, body: { on, evidence, file: file || null } }); onDone(); });
  };
  const id = `reach-${milestone.id}`;
  return (
    <form className="work-form" onSubmit={send}>
      {act.error && <Problem error={act.error} focus />}
      <label htmlFor={`${id}-on`}>{t('work.reachOn')}</label><DateField id={`${id}-on`} value={on} onChange={setOn} />
      <label htmlFor={`${id}-text`}>{t('work.evidence')}</label><textarea id={`${id}-text`} rows={2} value={evidence} onChange={(e) => setEvidence(e.target.value)} />
      <label htmlFor={`${id}-file`}>{t('work.fileId')}</label><input id={`${id}-file`} value={file} inputMode="numeric" onChange={(e) => setFile(e.target.value)} />
      <button type="submit" className="button" disabled={act.busy || !on || !evidence}>{t('work.reach')}</button>
    </form>
  );
}

function Adjust({ task, onDone }: { task: PlanTask; onDone: () => void }) {
  const [due, setDue] = useState('');
  const [reason, setReason] = useState('');
  const [drop, setDrop] = useState(false);
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('plan_adjust', { path: { plan_task: task.id }, body: { version: task.version, reason, change: drop ? { drop: true } : { due } } });
      onDone();
    });
  };
  const id = `adjust-${task.id}`;
  return (
    <form className="work-form" onSubmit={send}>
      <h3>{t('work.adjust')}</h3>
      {act.error && <Problem error={act.error} focus />}
      <label htmlFor={`${id}-due`}>{t('work.newDue')}</label><DateField id={`${id}-due`} value={due} onChange={setDue} />
      <label className="work-check"><input type="checkbox" checked={drop} onChange={(e) => setDrop(e.target.checked)} />{t('work.drop')}</label>
      <label htmlFor={`${id}-reason`}>{t('work.reason')}</label><textarea id={`${id}-reason`} rows={2} value={reason} onChange={(e) => setReason(e.target.value)} />
      <button type="submit" className="button is-second" disabled={act.busy || !reason || (!due && !drop)}>{t('work.send')}</button>
    </form>
  );
}

function Decide({ one, onDone }: { one: PlanAdjustment; onDone: () => void }) {
  const [note, setNote] = useState('');
  const act = useAct();
  const send = (approve: boolean) => void act.run(async () => { await call('plan_adjust_decide', { path: { adjustment: one.id }, body: { approve, note } }); onDone(); });
  return (
    <div className="work-form">
      {act.error && <Problem error={act.error} focus />}
      <label htmlFor={`decide-${one.id}`}>{t('work.note')}</label><textarea id={`decide-${one.id}`} rows={2} value={note} onChange={(e) => setNote(e.target.value)} />
      <div className="row"><button type="button" className="button" disabled={act.busy || !note} onClick={() => send(true)}>{t('work.approve')}</button>
        <button type="button" className="button is-harm" disabled={act.busy || !note} onClick={() => send(false)}>{t('work.refuse')}</button></div>
    </div>
  );
}

function History({ list }: { list: PlanAct[] }) {
  return (
    <details><summary>{t('work.history')}</summary>
      <ol className="work-history">{list.map((h) => <li key={h.entry}>{moment(h.at)} · {word('work.act', h.action)} · {h.by} <span className="quiet">{t('work.entry', { id: h.entry })}</span></li>)}</ol>
    </details>
  );
}

function Milestones({ task, onDone }: { task: PlanTask; onDone: () => void }) {
  const [reaching, setReaching] = useState('');
  return (
    <ol className="work-milestones">{task.milestones.map((m) => (
      <li key={m.id}>
        <b>{m.title}</b> <span className="quiet">{t('work.dueOn', { day: day(m.due) })}</span> {m.late_days > 0 && <b className="work-late">{t('work.late', { n: m.late_days })}</b>}
        {m.done && <><br />{m.by ? t('work.done', { day: day(m.done), by: m.by }) : t('work.doneOn', { day: day(m.done) })} · {m.evidence}{m.file && <> · {t('work.file', { id: m.file })}</>}</>}
        {!m.done && task.may_work && (reaching === m.id ? <Reach milestone={m} onDone={onDone} />
          : <> <button type="button" className="link-button no-print" onClick={() => setReaching(m.id)}>{t('work.reach')}<span className="hidden"> {m.title}</span></button></>)}
      </li>
    ))}</ol>
  );
}

function Behind({ task, work, onDone }: { task: PlanTask; work: PlanWork; onDone: () => void }) {
  const question = useCall('plan_task', { path: { plan_task: task.id } });
  const source = work.sources.find((s) => s.key === task.source);
  const done = () => { question.reload(); onDone(); };
  return (
    <div className="work-behind">
      <dl className="plan-facts">
        <dt>{t('work.fact.measures')}</dt><dd>{task.measures}</dd>
        {source && <><dt>{t('work.fact.source')}</dt><dd lang="zh-CN">{source.section} {say(source.name)}</dd></>}
        <dt>{t('work.fact.owner')}</dt><dd>{task.owner_name}</dd>
        <dt>{t('work.fact.days')}</dt><dd>{day(task.from)} – {day(task.due)}</dd>
        {task.rule && <><dt>{t('work.fact.rule')}</dt><dd lang="zh-CN">{task.rule}</dd></>}
        {task.indicators.length > 0 && <><dt>{t('work.fact.indicators')}</dt><dd>{task.indicators.join(' ')}</dd></>}
      </dl>
      <h3>{t('work.milestones')}</h3>
      <Milestones task={task} onDone={done} />
      <Show of={question} lines={2}>{(detail) => (<>
        {detail.adjustments.length > 0 && <><h3>{t('work.adjustments')}</h3>
          <ul className="work-history">{detail.adjustments.map((a) => (
            <li key={a.id}>{moment(a.asked_at)} · {a.asked_by} · {changes(a.change)} · {a.reason} · <b>{t(`work.adjust.${a.state}`)}</b>{a.decided_by && <> · {a.decided_by} · {a.note}</>}
              {a.may_decide && <Decide one={a} onDone={done} />}</li>
          ))}</ul></>}
        <History list={detail.history} />
        {task.may_work && !task.adjusting && <details className="no-print"><summary>{t('work.adjust')}</summary><Adjust task={task} onDone={done} /></details>}
      </>)}</Show>
    </div>
  );
}

/** A task on one line, what is behind it at a touch, and the tasks below it. */
export function TaskRow({ task, work, below, open: asked, onDone }: { task: PlanTask; work: PlanWork; below: Map<string, PlanTask[]>; open?: string; onDone: () => void }) {
  const [open, setOpen] = useState(asked === task.id);
  const line = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (asked === task.id) { setOpen(true); line.current?.scrollIntoView({ block: 'center' }); } }, [asked, task.id]);
  const under = below.get(task.id) ?? [];
  return (
    <li className={`plan-row work-row${open ? ' is-open' : ''}`}>
      <button ref={line} type="button" className="work-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <i className={`work-light is-${task.light}`} aria-hidden="true" />
        <span className="plan-name">{task.title}<small>{task.division_name} · {task.owner_name}</small></span>
        <span className="number">{t('work.reached', { done: task.done, all: task.all })}</span>
        <span className="number">{day(task.due)}</span>
        <span className={`work-word is-${task.light}`}>{t(`work.light.${task.light}`)}{task.adjusting && <small>{t('work.adjusting')}</small>}</span>
      </button>
      {open && <Behind task={task} work={work} onDone={onDone} />}
      {under.length > 0 && <ul className="work-under">{under.map((k) => <TaskRow key={k.id} task={k} work={work} below={below} open={asked} onDone={onDone} />)}</ul>}
    </li>
  );
}
