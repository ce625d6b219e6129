import { useState } from 'react';
import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import { link } from '../../components/route';
import { Empty, Show } from '../../components/State';
import { t } from '../../locale';
import { money, moment } from '../../locale/format';
import { AllotmentState } from './AllotmentPage';
import { BudgetPanel } from './BudgetPanel';

const FIRST_YEAR = 2020;

function Allotments({ year }: { year: number }) {
  const question = useCall('allotments', { query: { year } });
  return (
    <section className="panel">
      <h2>{t('funds.title')}</h2>
      <p className="quiet">{t('funds.lead')}</p>
      <Show of={question} lines={4}>{(of) => (
        <>
          {of.may_draft && <p><a className="button is-second is-small" href="#/funds/new">{t('funds.new')}</a></p>}
          {of.items.length === 0 ? <Empty title={t('funds.none')} /> : (
            <div className="scroll" tabIndex={0} role="region" aria-label={t('funds.title')}>
              <table className="grid is-cards">
                <thead><tr><th scope="col">{t('funds.fund')}</th><th scope="col">{t('funds.document')}</th><th scope="col" className="is-number">{t('funds.amount')}</th><th scope="col">{t('budget.state')}</th><th scope="col">{t('funds.draftedAt')}</th></tr></thead>
                <tbody>{of.items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row"><a href={link('funds', one.id)}>{one.fund}</a></th>
                    <td data-label={t('funds.document')}><div>{one.document}</div></td>
                    <td data-label={t('funds.amount')} className="is-number"><div className="number">{money(one.total_fen)}</div></td>
                    <td data-label={t('budget.state')}><div><AllotmentState of={one} /></div></td>
                    <td data-label={t('funds.draftedAt')}><div>{one.drafted_by} · {moment(one.drafted_at)}</div></td>
                  </tr>
                ))}</tbody>
              </table>
            </div>
          )}
        </>
      )}</Show>
    </section>
  );
}

/** 资金: what was granted for the year, and how sums were shared out below. */
export function FundsPage() {
  const { meta } = useSession();
  const now = Number((meta?.today ?? '').slice(0, 4)) || FIRST_YEAR;
  const [year, setYear] = useState(now);
  const years = Array.from({ length: now + 2 - FIRST_YEAR }, (_, i) => now + 1 - i);
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.funds')}</h1></div>
      <div className="filters"><label>{t('funds.year')}<select value={year} onChange={(e) => setYear(Number(e.target.value))}>{years.map((one) => <option key={one} value={one}>{one}</option>)}</select></label></div>
      <BudgetPanel key={`b${year}`} year={year} />
      <Allotments key={`a${year}`} year={year} />
    </>
  );
}
