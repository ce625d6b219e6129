import { useMemo, useState } from 'react';
import type { Plan, PlanWork } from '../../api/types.gen';
import { useCall } from '../../api/hooks';
import { saveBlob } from '../../api/client';
import { Empty, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t, useLanguage } from '../../locale';
import { day } from '../../locale/format';
import { csv } from './plan';
import { TaskNew } from './TaskNew';
import { TaskRow } from './TaskRow';
import './plan.css';
import './work.css';

const SHOWN = 12;

function Heading({ work, plans, year, onYear }: { work: PlanWork; plans: Plan[]; year: number; onYear: (year: number) => void }) {
  const plan = plans.find((p) => p.id === work.plan);
  const years = plan ? Array.from({ length: plan.to - plan.from + 1 }, (_, i) => plan.from + i) : [];
  return (
    <div className="board-head">
      <h1>{say(work.name)}</h1>
      <div className="row no-print">
        <label>{t('plan.choose')}
          <select value={work.plan} onChange={(e) => go(link('plan', e.target.value, 'work'))}>{plans.map((p) => <option key={p.id} value={p.id}>{say(p.name)}</option>)}</select>
        </label>
        <label>{t('work.year')}
          <select value={year} onChange={(e) => onYear(Number(e.target.value))}>
            <option value={0}>{t('work.allYears')}</option>
            {years.map((y) => <option key={y} value={y}>{y}</option>)}
          </select>
        </label>
      </div>
    </div>
  );
}

function Units({ work }: { work: PlanWork }) {
  if (!work.units.length) return null;
  return (
    <section className="work-block">
      <h2>{t('work.units')}</h2>
      <p className="quiet">{t('work.unitsText')}</p>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('work.units')}>
        <table className="grid is-cards">
          <caption className="hidden">{t('work.units')}</caption>
          <thead><tr><th scope="col">{t('cases.col.division')}</th><th scope="col" className="is-number">{t('work.col.tasks')}</th>
            {(['red', 'amber', 'green', 'done'] as const).map((l) => <th key={l} scope="col" className="is-number">{t(`work.light.${l}`)}</th>)}<th scope="col">{t('work.col.appraisal')}</th></tr></thead>
          <tbody>{work.units.map((u) => (
            <tr key={u.division}><th scope="row">{u.name}</th><td data-label={t('work.col.tasks')} className="is-number number">{u.tasks}</td>
              {(['red', 'amber', 'green', 'done'] as const).map((l) => <td key={l} data-label={t(`work.light.${l}`)} className="is-number number">{u[l]}</td>)}
              <td data-label={t('work.col.appraisal')}><div><span className={`work-said is-${u.appraisal}`}>{t(`work.appraisal.${u.appraisal}`)}</span> <span className="quiet" lang="zh-CN">{u.rule}</span></div></td></tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}

function Reminders({ work }: { work: PlanWork }) {
  const mine = work.reminders.some((r) => r.mine);
  const list = [...work.reminders].sort((a, b) => Number(b.mine) - Number(a.mine));
  return (
    <section className="work-block">
      <h2>{t('work.reminders')}</h2>
      {list.length === 0 ? <p className="quiet">{t('work.noReminders')}</p> : (
        <ul className="work-reminders">{list.slice(0, SHOWN).map((r) => (
          <li key={r.milestone} className={mine && r.mine ? 'is-mine' : ''}>
            <a href={link('plan', work.plan, 'work', r.task)}>{r.task_title}</a> · {r.title} · {r.division_name} · {r.owner_name} · {r.late_days ? <b className="work-late">{t('work.late', { n: r.late_days })}</b> : t('work.dueOn', { day: day(r.due) })}
          </li>
        ))}</ul>
      )}
      {list.length > SHOWN && <p className="quiet">{t('work.more', { n: list.length - SHOWN })}</p>}
    </section>
  );
}

function Sources({ work, onTake }: { work: PlanWork; onTake: (key: string) => void }) {
  const taken = work.sources.filter((s) => s.tasks).length;
  return (
    <details className="work-block work-sources">
      <summary>{t('work.sources')} <span className="quiet">{t('work.sourcesText', { n: work.sources.length, taken })}</span></summary>
      <ul>{work.sources.map((s) => (
        <li key={s.key}><b>{say(s.name)}</b> <span className="quiet" lang="zh-CN">{s.section} · {s.domain}</span><br />{say(s.measures)}
          <span className="row no-print">{s.tasks > 0 && <span className="quiet">{t('work.taken', { n: s.tasks })}</span>}
            {work.may_add && <button type="button" className="link-button" onClick={() => onTake(s.key)}>{t('work.take')}<span className="hidden"> {say(s.name)}</span></button>}</span></li>
      ))}</ul>
    </details>
  );
}

function csvOf(work: PlanWork): Blob {
  const head = ['id', 'parent', 'division', 'title', 'measures', 'owner', 'from', 'due', 'done', 'all', 'late', 'light', 'milestones'];
  return csv([head, ...work.tasks.map((k) => [k.id, k.parent ?? '', k.division_name, k.title, k.measures, k.owner_name, k.from, k.due, k.done, k.all, k.late, t(`work.light.${k.light}`),
    k.milestones.map((m) => `${m.due} ${m.title} ${m.done ?? ''}`).join('; ')])]);
}

/** The tasks of a plan: who answers for what where, what is late, and what the plan asks for. */
export function WorkPage({ id, plans, task }: { id: string; plans: Plan[]; task?: string }) {
  const [year, setYear] = useState(0);
  const [taking, setTaking] = useState('');
  useLanguage();
  const question = useCall('plan_work', { path: { plan: id }, query: { year: year || undefined } });
  const byParent = useMemo(() => {
    const here = new Set(question.data?.tasks.map((k) => k.id));
    const map = new Map<string, PlanWork['tasks']>();
    for (const k of question.data?.tasks ?? []) {
      const under = k.parent && here.has(k.parent) ? k.parent : '';
      map.set(under, [...(map.get(under) ?? []), k]);
    }
    return map;
  }, [question.data]);
  return (
    <Show of={question} lines={10}>{(work) => (<>
      <Heading work={work} plans={plans} year={year} onYear={setYear} />
      <p className="quiet">{t('plan.asOfText', { day: day(work.as_of) })}</p>
      <Units work={work} />
      <Reminders work={work} />
      <section className="work-block">
        <div className="board-head"><h2>{t('work.tasks')}</h2>
          <button type="button" className="button is-second no-print" onClick={() => saveBlob(csvOf(work), `${work.plan}-tasks-${work.as_of}.csv`)}>{t('work.download')}</button></div>
        {work.tasks.length === 0 ? <Empty title={t('work.noTasks')}><p>{t('work.noTasksText')}</p></Empty>
          : <ul className="plan-list">{(byParent.get('') ?? []).map((k) => <TaskRow key={k.id} task={k} work={work} below={byParent} open={task} onDone={question.reload} />)}</ul>}
      </section>
      {taking && <TaskNew work={work} source={taking} onEnd={() => { setTaking(''); question.reload(); }} />}
      <Sources work={work} onTake={setTaking} />
    </>)}</Show>
  );
}
