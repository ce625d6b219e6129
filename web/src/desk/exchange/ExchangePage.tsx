import { useCall } from '../../api/hooks';
import type { ExchangeCheck, ExchangeOffer, ExchangeRun, ExchangeSource } from '../../api/types.gen';
import { link } from '../../components/route';
import { Empty, Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, moment } from '../../locale/format';
import { Tokens } from './Tokens';

const SOURCE_MARK: Record<ExchangeSource['state'], string> = { fresh: 'is-good', late: 'is-bad', never: 'is-bad' };
const RUN_MARK: Record<ExchangeRun['state'], string> = { running: 'is-warn', done: 'is-good', empty: 'is-bad', failed: 'is-bad' };

/** What a run came to, in words; why not, when it did not. */
function Outcome({ of }: { of: ExchangeRun }) {
  return (
    <>
      <span className={`mark ${RUN_MARK[of.state]}`}>{t(`exchange.run.${of.state}`)}</span>
      {of.short && <> <span className="mark is-warn">{t('exchange.short')}</span></>}
      {of.simulated && <> <span className="mark is-now">{t('exchange.simulated')}</span></>}
      {of.error && <><br /><span className="quiet">{of.error}</span></>}
      {of.state === 'empty' && <><br /><span className="quiet">{t('exchange.emptyHint')}</span></>}
    </>
  );
}

function About({ of }: { of: ExchangeSource | ExchangeOffer }) {
  return (
    <>
      <p>{say(of.purpose)}</p>
      <p className="quiet">{t('exchange.basis', { basis: say(of.basis) })}{of.confidence && <> <span className="mark is-warn">{t('exchange.toConfirm')}</span></>}</p>
      <p className="quiet">{say(of.counterpart)}{' \u00b7 '}{t(`exchange.schedule.${of.schedule}`)}{' \u00b7 '}{t('exchange.freshDays', { n: of.fresh_days })}{' \u00b7 '}{t(of.personal ? 'exchange.personal' : 'exchange.notPersonal')}</p>
    </>
  );
}

function Source({ of }: { of: ExchangeSource }) {
  const last = of.last[0];
  return (
    <article className="panel">
      <h3>{say(of.name)} <span className={`mark ${SOURCE_MARK[of.state]}`}>{t(`exchange.state.${of.state}`)}</span></h3>
      {of.state !== 'fresh' && <p className="note is-warn">{say(of.missing)}</p>}
      <p>{of.as_of ? t('exchange.stands', { date: day(of.as_of), rows: count(of.rows), rejected: count(of.rejected) }) : t('exchange.nothing')}</p>
      <p className="quiet">{t('exchange.dueOn', { date: day(of.due_on) })}</p>
      {last && <p>{t('exchange.last', { at: moment(last.begun_at) })} <Outcome of={last} /></p>}
      <About of={of} />
    </article>
  );
}

/** Who is asked about one household, whether they are played, and who is late. */
function Checks({ items }: { items: ExchangeCheck[] }) {
  return (
    <section className="panel">
      <h2>{t('exchange.checks')}</h2>
      <p className="quiet">{t('exchange.checksLead')}</p>
      <ul className="bullets">{items.map((one) => (
        <li key={one.id}>{say(one.name)}{one.simulated && <> <span className="mark is-now">{t('exchange.simulated')}</span></>}{one.late > 0 && <> <span className="mark is-bad">{t('exchange.checkLate', { n: count(one.late) })}</span></>}
          <br /><span className="quiet">{t('exchange.checkFigures', { asked: count(one.asked), waiting: count(one.waiting) })}{one.answered_at && ` \u00b7 ${t('exchange.checkLast', { at: moment(one.answered_at) })}`}</span></li>
      ))}</ul>
    </section>
  );
}

function Runs({ items }: { items: ExchangeRun[] }) {
  const columns = ['at', 'name', 'state', 'rows', 'changed', 'rejected', 'by'];
  const figures = new Set(['rows', 'changed', 'rejected']);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('exchange.runs')}>
      <table className="grid is-cards">
        <thead><tr>{columns.map((name) => <th key={name} scope="col" className={figures.has(name) ? 'is-number' : undefined}>{t(`exchange.col.${name}`)}</th>)}</tr></thead>
        <tbody>{items.map((one) => (
          <tr key={one.id}>
            <th scope="row">{moment(one.begun_at)}</th>
            <td data-label={t('exchange.col.name')}><div>{say(one.name)}<br /><span className="quiet">{t(`exchange.way.${one.way}`)}{one.way === 'file' && ` ${one.file}`}</span></div></td>
            <td data-label={t('exchange.col.state')}><div><Outcome of={one} /></div></td>
            <td data-label={t('exchange.col.rows')} className="is-number number">{count(one.rows)}</td>
            <td data-label={t('exchange.col.changed')} className="is-number number">{count(one.added)} / {count(one.changed)}</td>
            <td data-label={t('exchange.col.rejected')} className="is-number number">{one.rejected && one.batch ? <a href={link('imports', one.batch)}>{count(one.rejected)}</a> : count(one.rejected)}</td>
            <td data-label={t('exchange.col.by')}>{one.begun_by}{one.batch && <> <a href={link('imports', one.batch)}>{t('exchange.batch')}</a></>}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** 数据交换: where what comes from others stands, and who fetches what of ours. */
export function ExchangePage() {
  const question = useCall('exchanges');
  const runs = useCall('exchange_runs');
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.exchange')}</h1></div>
      <p className="quiet">{t('exchange.lead')}</p>
      <Show of={question} lines={8}>{(data) => (
        <>
          {data.sources.some((one) => one.state !== 'fresh') && <p className="note is-warn" role="status">{t('exchange.alert', { n: data.sources.filter((one) => one.state !== 'fresh').length })}</p>}
          <section><h2>{t('exchange.sources')}</h2>{data.sources.length === 0 ? <Empty title={t('exchange.noSource')} /> : data.sources.map((one) => <Source key={one.id} of={one} />)}</section>
          <section className="panel"><h2>{t('exchange.runs')}</h2>
            <Show of={runs} lines={3}>{(list) => (list.items.length === 0 ? <Empty title={t('exchange.noRun')}><p>{t('exchange.noRunHint')}</p></Empty> : <Runs items={list.items} />)}</Show>
          </section>
          <Checks items={data.checks} />
          <section><h2>{t('exchange.offers')}</h2>{data.offers.map((one) => <article key={one.id} className="panel"><h3>{say(one.name)} <span className="quiet">{one.id}</span></h3><About of={one} /></article>)}</section>
          <Tokens of={data} onDone={question.reload} />
        </>
      )}</Show>
    </>
  );
}
