import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { TaskAssign, TaskAssigned } from '../api/types.gen';
import { Problem, Show } from '../components/State';
import { t } from '../locale';
import { count } from '../locale/format';
import { Colleague } from './duty/Colleague';
import { Items } from './duty/Items';

type Act = NonNullable<TaskAssign['act']>;

/** To whom: asked only when somebody hands tasks on. */
function To({ value, onChange }: { value: string; onChange: (login: string) => void }) {
  const question = useCall('duty');
  return <Show of={question} lines={1}>{({ items }) => <Colleague id="many-to" label={t('many.to')} posts={items.filter((post) => !post.me)} value={value} onChange={onChange} />}</Show>;
}

/** Many tasks at once: what would happen to each, then the deed. */
export function ManyTasks({ chosen, onDone, onClear }: { chosen: string[]; onDone: () => void; onClear: () => void }) {
  const [what, setWhat] = useState<Act | null>(null);
  const [to, setTo] = useState('');
  const [plan, setPlan] = useState<TaskAssigned | null>(null);
  const act = useAct();
  const ask = (wanted: Act, login: string, preview: boolean) => act.run(async () => {
    const answer = await call('tasks_assign', { body: { tasks: chosen, act: wanted, to: login || null, preview } });
    if (preview) { setPlan(answer); return; }
    onDone();
  });
  const start = (wanted: Act) => { setWhat(wanted); setPlan(null); if (wanted !== 'assign') void ask(wanted, '', true); };
  return (
    <section className="panel many-tasks" aria-label={t('many.title')}>
      <p><strong>{t('many.chosen', { n: count(chosen.length) })}</strong>{' '}
        {(['claim', 'release', 'assign'] as const).map((one) => <Button key={one} size="small" type={what === one ? 'primary' : 'default'} aria-pressed={what === one} onClick={() => start(one)}>{t(`many.act.${one}`)}</Button>)}{' '}
        <button type="button" className="text-button" onClick={onClear}>{t('many.clear')}</button></p>
      {act.error && <Problem error={act.error} focus />}
      {what === 'assign' && <><To value={to} onChange={(login) => { setTo(login); setPlan(null); }} /><p><Button size="small" disabled={!to} onClick={() => void ask('assign', to, true)}>{t('many.preview')}</Button></p></>}
      {what && plan && (
        <>
          <Items items={plan.items} others={t('many.others')} />
          {plan.items.some((item) => item.done) && <Button type="primary" loading={act.busy} onClick={() => void ask(what, to, false)}>{t(`many.do.${what}`)}</Button>}
        </>
      )}
    </section>
  );
}
