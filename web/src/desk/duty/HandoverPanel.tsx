import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { DutyList, Handover } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { count } from '../../locale/format';
import { Colleague } from './Colleague';
import { Items } from './Items';

/** What a colleague has taken goes to another; first what would happen, then the deed. */
export function HandoverPanel({ data, onDone }: { data: DutyList; onDone: () => void }) {
  const { session } = useSession();
  const [chosen, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [close, setClose] = useState(false);
  const [plan, setPlan] = useState<Handover | null>(null);
  const [done, setDone] = useState<Handover | null>(null);
  const act = useAct();
  const from = data.leads ? chosen : session?.login ?? '';
  const change = <T,>(set: (value: T) => void) => (value: T) => { set(value); setPlan(null); setDone(null); };
  const ask = (preview: boolean) => act.run(async () => {
    const body = { from, to, close: data.leads && close };
    if (preview) { setDone(null); setPlan(await call('handover', { body: { ...body, preview } })); return; }
    let answer = await call('handover', { body: { ...body, preview } });
    const items = [...answer.items];
    while (answer.left > 0) { // as many a call as one write should take
      answer = await call('handover', { body: { ...body, preview } });
      items.push(...answer.items);
    }
    setPlan(null);
    setDone({ ...answer, items });
    onDone();
  });
  return (
    <section className="panel">
      <h2>{t('handover.title')}</h2>
      <p className="quiet">{t(data.leads ? 'handover.introLeader' : 'handover.intro')}</p>
      {act.error && <Problem error={act.error} focus />}
      {data.leads && <Colleague id="handover-from" label={t('handover.from')} posts={data.items} value={chosen} onChange={change(setFrom)} except={session?.login} />}
      <Colleague id="handover-to" label={t('handover.to')} posts={data.items} value={to} onChange={change(setTo)} except={from} />
      {data.leads && <p><label><input type="checkbox" checked={close} onChange={(e) => change(setClose)(e.target.checked)} /> {t('handover.close')}</label></p>}
      <p><Button onClick={() => void ask(true)} disabled={!from || !to} loading={act.busy}>{t('many.preview')}</Button></p>
      {plan && (
        <div className="handover-plan">
          <Items items={plan.items} others={t('handover.others')} />
          {plan.left > 0 && <p className="quiet">{t('handover.left', { n: count(plan.left) })}</p>}
          {(plan.items.length > 0 || close) && <Button type="primary" onClick={() => void ask(false)} loading={act.busy}>{t(close ? 'handover.doClose' : 'handover.do')}</Button>}
        </div>
      )}
      {done && <div className="note is-good"><Items items={done.items} others={t('handover.othersDone')} />{done.closed && <p>{t('handover.closed')}</p>}</div>}
    </section>
  );
}
