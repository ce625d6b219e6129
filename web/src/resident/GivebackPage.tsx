import { useCall } from '../api/hooks';
import type { MyRecovery } from '../api/types.gen';
import { Empty, Show } from '../components/State';
import { say, t, word } from '../locale';
import { day, dayOf, money, month } from '../locale/format';

/** What was paid too much, why, what is to come back when, and what came. */
function Whole({ of }: { of: MyRecovery }) {
  return (
    <>
      <h1>{t('my.recovery.title')}</h1>
      <p className="lead">{say(of.scheme_name)} {t(`my.recovery.state.${of.state}`)}</p>
      <p className="sum"><span className="sum-figure number">{money(of.open_fen)}</span> {t('my.recovery.open')}</p>
      <dl className="facts">
        <div><dt>{t('life.col.amount')}</dt><dd className="number">{money(of.amount_fen)}</dd></div>
        <div><dt>{t('life.received')}</dt><dd className="number">{money(of.received_fen)}</dd></div>
        {of.waived_fen > 0 && <div><dt>{t('life.waived')}</dt><dd className="number">{money(of.waived_fen)}</dd></div>}
        {of.reversed_fen > 0 && <div><dt>{t('life.reversed')}</dt><dd className="number">{money(of.reversed_fen)}</dd></div>}
        <div><dt>{t('life.why')}</dt><dd>{t(`my.act.${of.act}`)} {word('life.cause', of.cause)} ({dayOf(of.found_at)})</dd></div>
        <div><dt>{t('my.recovery.months')}</dt><dd>{of.months.map((one) => `${month(one.month)} ${money(one.amount_fen)}`).join(t('form.join'))}</dd></div>
      </dl>
      <section className="block">
        <h2>{t('life.plan')}</h2>
        {of.plan.length === 0 ? <p className="lead">{t('my.recovery.noPlan')}</p> : (
          <table className="table">
            <thead><tr><th scope="col">{t('life.col.dueOn')}</th><th scope="col" className="is-number">{t('benefit.column.sum')}</th></tr></thead>
            <tbody>{of.plan.map((one) => (
              <tr key={one.number} className={one.late ? 'is-bad' : undefined}><th scope="row">{day(one.due_on)}<small>{t(one.covered_fen === one.amount_fen ? 'life.covered' : one.late ? 'life.late' : 'life.toCome')}</small></th><td className="is-number number">{money(one.amount_fen)}</td></tr>
            ))}</tbody>
          </table>
        )}
        {of.parts.length > 0 && <><h3>{t('life.parts')}</h3><ul className="bullets">{of.parts.map((part) => <li key={part.id}>{dayOf(part.asked_at)} {t(`life.part.${part.kind}`, { sum: money(part.amount_fen) })} {part.kind === 'waived' && t(`life.partState.${part.state}`)}</li>)}</ul></>}
      </section>
      {of.open_fen > 0 && <p className="note"><span>{t('my.recovery.help')}</span></p>}
    </>
  );
}

export function GivebackPage({ id }: { id: string }) {
  const list = useCall('my_recoveries');
  return (
    <>
      <p><a href="#/benefits">{t('benefit.title')}</a></p>
      <Show of={list}>{({ items }) => {
        const found = items.find((one) => one.id === id);
        return found ? <Whole of={found} /> : <><h1>{t('notFound.title')}</h1><Empty title={t('my.recovery.none')} /></>;
      }}</Show>
    </>
  );
}
