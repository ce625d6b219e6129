import { call, saveBlob } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import { useSession } from '../api/session';
import type { Entitlement, MyProposal, MyRecovery } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { link } from '../components/route';
import { say, t, word } from '../locale';
import { day, dayOf, money, month } from '../locale/format';
import { Lines } from './case/Lines';

const MONTHS = 12;

/** What waits for this person's word, and what was decided: first of all. */
function Proposals({ items }: { items: MyProposal[] }) {
  const waiting = items.filter((one) => one.may_answer);
  const rest = items.filter((one) => !one.may_answer);
  return (
    <>
      {waiting.map((one) => (
        <div className="note is-warn" key={one.id}>
          <h2>{t(`my.proposal.${one.kind}`, { scheme: say(one.scheme_name) })}</h2>
          {one.answer_due && <p>{t('my.proposal.until', { date: day(one.answer_due) })}</p>}
          <p><a className="button" href={link('proposal', one.id)}>{t('my.proposal.open')}</a></p>
        </div>
      ))}
      {rest.length > 0 && <ul className="cards">{rest.map((one) => <li className="card" key={one.id}><p className="card-state">{t(one.served_at === null ? 'my.proposal.state.up' : `my.proposal.state.${one.restored ? 'restored' : one.state}`)}</p><h2><a href={link('proposal', one.id)}>{t(`my.proposal.${one.kind}`, { scheme: say(one.scheme_name) })}</a></h2></li>)}</ul>}
    </>
  );
}

function Recoveries({ items }: { items: MyRecovery[] }) {
  if (items.length === 0) return null;
  return (
    <section className="block" aria-labelledby="giveback">
      <h2 id="giveback">{t('my.recovery.title')}</h2>
      <ul className="cards">{items.map((one) => (
        <li className={`card is-${one.state === 'settled' ? 'good' : one.state === 'late' ? 'bad' : 'now'}`} key={one.id}>
          <p className="card-state">{t(`my.recovery.state.${one.state}`)}</p>
          <h3><a href={link('recovery', one.id)}>{t('my.recovery.of', { scheme: say(one.scheme_name), sum: money(one.open_fen) })}</a></h3>
        </li>
      ))}</ul>
    </section>
  );
}

/** 一卡通: all that came or comes to this person in a month, whatever it is called. */
function OneCard({ items }: { items: Entitlement[] }) {
  const lines = items.flatMap((item) => item.payments.map((payment) => ({ item, payment })));
  const months = [...new Set(lines.map(({ payment }) => payment.month))].sort().reverse();
  if (months.length === 0) return null;
  const shown = months.slice(0, MONTHS);
  return (
    <section className="block" aria-labelledby="one-card">
      <h2 id="one-card">{t('my.card.title')}</h2>
      <p className="lead">{t(months.length > MONTHS ? 'my.card.leadLast' : 'my.card.lead', { n: MONTHS })}</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('my.card.table')}>
        <table className="table months">
          <thead><tr><th scope="col">{t('benefit.column.month')}</th><th scope="col">{t('my.card.what')}</th><th scope="col" className="is-number">{t('benefit.column.sum')}</th></tr></thead>
          {shown.map((of) => {
            const here = lines.filter(({ payment }) => payment.month === of);
            const sum = here.filter(({ payment }) => payment.state !== 'returned').reduce((n, { payment }) => n + payment.amount_fen, 0);
            return (
              <tbody key={of}>
                {here.map(({ item, payment }, i) => {
                  const changed = item.acts.filter((act) => act.month === of && act.until !== act.month);
                  return (
                    <tr key={payment.id} className={payment.state === 'returned' ? 'is-bad' : undefined}>
                      {i === 0 && <th scope="rowgroup" rowSpan={here.length}>{month(of)}{here.length > 1 && <small>{t('my.card.sum', { sum: money(sum) })}</small>}</th>}
                      <td>{say(item.name)}{payment.correction && <small>{t('my.card.backPay')}</small>}<small>{t(`payment.state.${payment.state}`)} {payment.paid_at && dayOf(payment.paid_at)}</small>{payment.reason && <small>{say(payment.reason)}</small>}{payment.state === 'returned' && <small>{t('my.card.returned')}</small>}
                        {changed.map((act) => <small key={act.id}>{t(`my.act.${act.kind}`)} {word('life.cause', act.cause)}</small>)}</td>
                      <td className="is-number number">{money(payment.amount_fen)}</td>
                    </tr>
                  );
                })}
              </tbody>
            );
          })}
        </table>
      </div>
    </section>
  );
}

/** The same to keep or to show somebody: a year as a PDF. */
function Statement() {
  const { meta } = useSession();
  const act = useAct();
  const to = (meta?.today ?? '').slice(0, 7);
  const from = `${Number(to.slice(0, 4)) - 1}${to.slice(4)}`;
  const save = () => act.run(async () => saveBlob(await call('my_statement', { query: { from, to, format: 'pdf' } }) as unknown as Blob, `${t('my.statement.name')}.pdf`));
  return (
    <>
      {act.error && <Problem error={act.error} />}
      <p><button type="button" className="button is-second" disabled={act.busy} onClick={() => void save()}>{t('my.statement')}</button></p>
    </>
  );
}

function Benefit({ item }: { item: Entitlement }) {
  return (
    <section className="block" aria-labelledby={`e${item.id}`}>
      <h2 id={`e${item.id}`}>{say(item.name)}</h2>
      <p className="sum"><span className="sum-figure number">{money(item.monthly_fen)}</span> {t('benefit.month')}</p>
      <dl className="facts">
        <div><dt>{t('benefit.state')}</dt><dd>{word('benefit.state', item.state)}</dd></div>
        <div><dt>{t('benefit.from')}</dt><dd>{day(item.from)}{item.to ? ` \u2013 ${day(item.to)}` : ''}</dd></div>
        {item.next_review && item.state !== 'ended' && <div><dt>{t('benefit.review')}</dt><dd>{day(item.next_review)}</dd></div>}
      </dl>
      <Lines lines={item.lines} total={item.monthly_fen} />
      {item.acts.length > 0 && (
        <>
          <h3>{t('my.changes')}</h3>
          <ul className="bullets">{item.acts.map((act) => <li key={act.id}>{t('my.change', { date: dayOf(act.at), what: t(`my.act.${act.kind}`), month: month(act.month) })} {act.until !== act.month && money(act.monthly_fen)}{' '}{word('life.cause', act.cause)}</li>)}</ul>
        </>
      )}
      {item.payments.length === 0 && <p className="lead">{t('benefit.noPayments')}</p>}
    </section>
  );
}

export function BenefitsPage() {
  const list = useCall('my_entitlements');
  const proposals = useCall('my_proposals');
  const recoveries = useCall('my_recoveries');
  return (
    <>
      <h1>{t('benefit.title')}</h1>
      <Show of={proposals} lines={1}>{({ items }) => <Proposals items={items} />}</Show>
      <Show of={list}>{({ items }) => items.length === 0
        ? <Empty title={t('benefit.none')}><p>{t('benefit.noneHint')}</p><a className="button" href="#/">{t('cases.see')}</a></Empty>
        : <><OneCard items={items} /><Statement />{items.map((item) => <Benefit key={item.id} item={item} />)}</>}</Show>
      <Show of={recoveries} lines={1}>{({ items }) => <Recoveries items={items} />}</Show>
      <p><a href={link('certificates')}>{t('certificate.mine')}</a></p>
    </>
  );
}
