import { useCall } from '../api/hooks';
import type { Entitlement } from '../api/types.gen';
import { Empty, Show } from '../components/State';
import { link } from '../components/route';
import { say, t, word } from '../locale';
import { day, dayOf, money, month } from '../locale/format';
import { Lines } from './case/Lines';

function Benefit({ item }: { item: Entitlement }) {
  return (
    <section className="block" aria-labelledby={`e${item.id}`}>
      <h2 id={`e${item.id}`}>{say(item.name)}</h2>
      <p className="sum"><span className="sum-figure number">{money(item.monthly_fen)}</span> {t('benefit.month')}</p>
      <dl className="facts">
        <div><dt>{t('benefit.state')}</dt><dd>{word('benefit.state', item.state)}</dd></div>
        <div><dt>{t('benefit.from')}</dt><dd>{day(item.from)}{item.to ? ` \u2013 ${day(item.to)}` : ''}</dd></div>
        {item.next_review && <div><dt>{t('benefit.review')}</dt><dd>{day(item.next_review)}</dd></div>}
      </dl>
      <Lines lines={item.lines} total={item.monthly_fen} />
      <h3>{t('benefit.payments')}</h3>
      {item.payments.length === 0
        ? <p className="lead">{t('benefit.noPayments')}</p>
        : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label={t('benefit.payments')}>
            <table className="table">
              <thead><tr><th scope="col">{t('benefit.column.month')}</th><th scope="col">{t('benefit.column.state')}</th><th scope="col" className="is-number">{t('benefit.column.sum')}</th></tr></thead>
              <tbody>{item.payments.map((p) => (
                <tr key={p.id} className={p.state === 'returned' ? 'is-bad' : undefined}>
                  <th scope="row">{month(p.month)}</th>
                  <td>{t(`payment.state.${p.state}`)}{p.paid_at && <small>{dayOf(p.paid_at)}</small>}{p.reason && <small>{say(p.reason)}</small>}</td>
                  <td className="is-number number">{money(p.amount_fen)}</td>
                </tr>
              ))}</tbody>
            </table>
          </div>
        )}
    </section>
  );
}

export function BenefitsPage() {
  const list = useCall('my_entitlements');
  return (
    <>
      <h1>{t('benefit.title')}</h1>
      <Show of={list}>{({ items }) => items.length === 0
        ? <Empty title={t('benefit.none')}><p>{t('benefit.noneHint')}</p><a className="button" href="#/">{t('cases.see')}</a></Empty>
        : <>{items.map((item) => <Benefit key={item.id} item={item} />)}</>}</Show>
      <p><a href={link('certificates')}>{t('certificate.mine')}</a></p>
    </>
  );
}
