import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { PlanWork } from '../../api/types.gen';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import { DateField } from '../../components/DateField';
import { Problem } from '../../components/State';
import { say, t } from '../../locale';

/** "2026-03-31 title" a line. */
const milestonesOf = (text: string): { due: string; title: string }[] => text.split('\n').map((line) => line.trim()).filter(Boolean)
  .map((line) => ({ due: line.slice(0, 10), title: line.slice(10).trim() }));

/** A task made of what the plan asks for. */
export function TaskNew({ work, source: key, onEnd }: { work: PlanWork; source: string; onEnd: () => void }) {
  const { session, meta } = useSession();
  const source = work.sources.find((s) => s.key === key);
  const [form, setForm] = useState({ title: source?.name.zh ?? '', measures: source?.measures.zh ?? '', division: meta?.district ?? '', owner: session?.login ?? '', parent: '', from: '', due: '', milestones: '' });
  const act = useAct();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('plan_task_new', { path: { plan: work.plan }, body: { ...form, parent: form.parent || null, source: key, indicators: source?.indicators.join(' ') ?? '', milestones: milestonesOf(form.milestones) } });
      onEnd();
    });
  };
  return (
    <form className="note work-form" onSubmit={send}>
      <h2 ref={heading} tabIndex={-1}>{t('work.new')}{source && <small className="quiet"> {say(source.name)}</small>}</h2>
      {act.error && <Problem error={act.error} focus />}
      <label htmlFor="task-title">{t('work.title')}</label><input id="task-title" value={form.title} onChange={(e) => set('title')(e.target.value)} />
      <label htmlFor="task-measures">{t('work.fact.measures')}</label><textarea id="task-measures" rows={3} value={form.measures} onChange={(e) => set('measures')(e.target.value)} />
      <label htmlFor="task-parent">{t('work.parent')}</label>
      <select id="task-parent" value={form.parent} onChange={(e) => set('parent')(e.target.value)}>
        <option value="">{t('work.noParent')}</option>
        {work.tasks.filter((k) => k.light !== 'dropped').map((k) => <option key={k.id} value={k.id}>{`${k.title} · ${k.division_name}`}</option>)}
      </select>
      <label htmlFor="task-division">{t('work.division')}</label><input id="task-division" value={form.division} inputMode="numeric" onChange={(e) => set('division')(e.target.value)} />
      <label htmlFor="task-owner">{t('work.ownerLogin')}</label><input id="task-owner" value={form.owner} onChange={(e) => set('owner')(e.target.value)} />
      <label htmlFor="task-from">{t('work.from')}</label><DateField id="task-from" value={form.from} onChange={set('from')} />
      <label htmlFor="task-due">{t('work.due')}</label><DateField id="task-due" value={form.due} onChange={set('due')} />
      <label htmlFor="task-milestones">{t('work.milestoneHint')}</label><textarea id="task-milestones" rows={3} value={form.milestones} onChange={(e) => set('milestones')(e.target.value)} />
      <div className="row"><button type="submit" className="button" disabled={act.busy || !form.from || !form.due}>{t('work.make')}</button>
        <button type="button" className="button is-second" onClick={onEnd}>{t('work.cancel')}</button></div>
    </form>
  );
}
