import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { TakenCase } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day } from '../../locale/format';

/** What this counter took in for other offices: where each stands, and for which papers are waited. */
export function TakenPage() {
  const [open, setOpen] = useState(true);
  const [more, setMore] = useState<{ items: TakenCase[]; next: string | null } | null>(null);
  const query = { open: open || undefined, limit: 50 };
  const question = useCall('cases_taken', { query });
  const act = useAct();
  const cursor = more ? more.next : question.data?.next;
  const load = () => act.run(async () => {
    const page = await call('cases_taken', { query: { ...query, cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next ?? null }));
  });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.taken')}</h1></div>
      <p className="quiet">{t('taken.hint')}</p>
      <div className="filters"><Checkbox checked={open} onChange={(e) => { setOpen(e.target.checked); setMore(null); }}>{t('taken.onlyOpen')}</Checkbox></div>
      <Show of={question} lines={6}>{(data) => {
        const items = [...data.items, ...more?.items ?? []];
        if (items.length === 0) return <Empty title={t('taken.none')}><p>{t('taken.noneHint')}</p></Empty>;
        return (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.taken')}>
              <table className="grid is-cards">
                <thead><tr><th scope="col">{t('cases.col.number')}</th><th scope="col">{t('cases.col.applicant')}</th><th scope="col">{t('cases.col.matter')}</th><th scope="col">{t('taken.office')}</th><th scope="col">{t('cases.col.state')}</th><th scope="col">{t('cases.col.due')}</th></tr></thead>
                <tbody>{items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row"><a href={link('taken', one.id)} className="number">{one.number}</a></th>
                    <td data-label={t('cases.col.applicant')}>{one.applicant_name}</td>
                    <td data-label={t('cases.col.matter')}>{say(one.matter_name)}</td>
                    <td data-label={t('taken.office')}>{one.office}</td>
                    <td data-label={t('cases.col.state')}>{say(one.state_name)}{one.wanted && <> <span className="mark is-warn">{t('taken.wanted')}</span></>}{one.late && <> <span className="mark is-bad">{t('cases.late')}</span></>}</td>
                    <td data-label={t('cases.col.due')}>{one.due_on ? <>{day(one.due_on)}{one.due_provisional && <small className="quiet"> {t('due.provisional')}</small>}</> : '\u2013'}</td>
                  </tr>
                ))}</tbody>
              </table>
            </div>
            {act.error && <Problem error={act.error} />}
            {cursor && <div className="more"><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
          </>
        );
      }}</Show>
    </>
  );
}
