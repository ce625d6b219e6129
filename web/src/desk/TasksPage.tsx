import { Button, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import { useSession } from '../api/session';
import type { Task, TaskList } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { count, day } from '../locale/format';
import { useKeys } from './keys';
import { OnDuty } from './duty/OnDuty';
import { ManyTasks } from './ManyTasks';
import { OfflinePanel } from './offline/OfflinePanel';
import { urgencyText } from './urgency';

const ORDER = ['overdue', 'today', 'week', 'later', 'none'] as const;

const MANY_MAX = 200; // of one write

interface Choice { chosen: Set<string>; toggle: (task: string) => void }

function Row({ task, choice }: { task: Task; choice: Choice }) {
  const { meta } = useSession();
  return (
    <li className={`task is-${task.urgency}`}>
      <input type="checkbox" className="task-choose" aria-label={t('many.choose', { number: task.number, name: say(task.name) })} checked={choice.chosen.has(task.id)}
        disabled={!choice.chosen.has(task.id) && choice.chosen.size >= MANY_MAX} onChange={() => choice.toggle(task.id)} />
      <a className="task-link" href={`${link('case', task.case)}?task=${task.id}`}>
        <span className="task-due"><strong>{urgencyText(task, meta?.today)}</strong>{task.due_on && <small>{day(task.due_on)}{task.due_provisional && ` ${t('due.provisional')}`}</small>}</span>
        <span className="task-what"><strong>{say(task.name)}</strong><small>{say(task.matter_name)} · <span className="number">{task.number}</span></small></span>
        <span className="task-who"><span>{task.applicant_name}</span><small>{task.division_name}</small></span>
        <span className="task-mark">
          {task.blocked_because ? <small className="mark is-warn">{t('task.blocked')}</small>
            : task.claimed_by_me ? <small className="mark is-good">{t('task.mine')}</small>
              : task.claimed_by ? <small className="mark">{t('task.claimedBy', { name: task.claimed_by })}</small> : null}
        </span>
      </a>
    </li>
  );
}

function Groups({ items, choice }: { items: Task[]; choice: Choice }) {
  return (
    <>
      {ORDER.map((urgency) => {
        const own = items.filter((task) => task.urgency === urgency);
        if (own.length === 0) return null;
        return (
          <section key={urgency} className="task-group" aria-labelledby={`u-${urgency}`}>
            <h2 id={`u-${urgency}`} className={`is-${urgency}`}>{t(`urgency.group.${urgency}`)} <span className="number">{count(own.length)}</span></h2>
            <ul>{own.map((task) => <Row key={task.id} task={task} choice={choice} />)}</ul>
          </section>
        );
      })}
    </>
  );
}

/** What I have to do, the late first.  j and k move, Enter opens. */
export function TasksPage() {
  const [mine, setMine] = useState('all');
  const query = useCall('tasks', { query: { mine: mine === 'mine' || undefined, limit: 100 } });
  const [more, setMore] = useState<TaskList[]>([]);
  const act = useAct();
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const choice: Choice = { chosen, toggle: (task) => setChosen((was) => { const next = new Set(was); if (!next.delete(task)) next.add(task); return next; }) };
  const list = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const links = [...list.current?.querySelectorAll<HTMLElement>('.task-link') ?? []];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  const last = more[more.length - 1] ?? query.data;
  const load = () => act.run(async () => {
    const page = await call('tasks', { query: { mine: mine === 'mine' || undefined, cursor: last?.next, limit: 100 } });
    setMore((old) => [...old, page]);
  });
  const change = (value: string) => { setMore([]); setChosen(new Set()); setMine(value); };
  const done = () => { setMore([]); setChosen(new Set()); query.reload(); };
  return (
    <>
      <div className="page-head">
        <h1>{t('desk.nav.tasks')}</h1>
        <Segmented value={mine} onChange={change} options={[{ value: 'all', label: t('task.filter.all') }, { value: 'mine', label: t('task.filter.mine') }]} />
      </div>
      <OfflinePanel />
      <OnDuty />
      <Show of={query} lines={8}>{(data) => (
        <>
          <ul className="counts">
            <li className="is-overdue"><strong className="number">{count(data.counts.overdue)}</strong> {t('urgency.group.overdue')}</li>
            <li className="is-today"><strong className="number">{count(data.counts.today)}</strong> {t('urgency.group.today')}</li>
            <li className="is-week"><strong className="number">{count(data.counts.week)}</strong> {t('urgency.group.week')}</li>
            <li><strong className="number">{count(data.counts.all)}</strong> {t('task.count.all')}</li>
          </ul>
          {data.items.length === 0
            ? <Empty title={t('task.none')}><p>{t('task.noneHint')}</p></Empty>
            : <div ref={list}><p className="quiet keys-hint">{t('task.keys')}</p>{chosen.size > 0 && <ManyTasks key={[...chosen].join()} chosen={[...chosen]} onDone={done} onClear={() => setChosen(new Set())} />}<Groups items={[...data.items, ...more.flatMap((page) => page.items)]} choice={choice} /></div>}
          {act.error && <Problem error={act.error} />}
          {last?.next && <div className="more"><p className="quiet">{t('task.many')}</p><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
        </>
      )}</Show>
    </>
  );
}
