import type { Board, BoardNumber } from '../api/types.gen';
import { DateField } from '../components/DateField';
import { Empty } from '../components/State';
import { say, t, word } from '../locale';
import { count, day, moment, money, moneyShort, month as monthText, percent } from '../locale/format';
import { Chart } from '../components/Chart';
import { Figure } from './Figure';
import { BulletinFiles } from './plan/Files';
import { TileMap } from './TileMap';
import { Witnesses } from './Witnesses';
import { direction, figure } from './numbers';

function Numbers({ numbers }: { numbers: BoardNumber[] }) {
  return (
    <ul className="numbers">
      {numbers.map((number) => {
        const moved = direction(number);
        const units = number.unit === 'fen' || number.unit === 'permille' ? '' : word('unit', number.unit);
        return (
          <li key={number.id}>
            <p className="number-name">{say(number.name)}</p>
            <p className="number-value number">{figure(number.value, number.unit)}{units && <small>{units}</small>}</p>
            {moved && <p className={`number-move is-${moved.sign} ${moved.good === null ? '' : moved.good ? 'is-good' : 'is-bad'}`}>{moved.text}{moved.good !== null && <span className="hidden">{t(moved.good ? 'board.better' : 'board.worse')}</span>}</p>}
          </li>
        );
      })}
    </ul>
  );
}

function OnTime({ board }: { board: Board }) {
  const { done, on_time: onTime, permille } = board.on_time;
  const late = done - onTime;
  return (
    <Figure board={board} title={t('board.onTime')} columns={[t('board.col.kind'), t('board.col.count')]} rows={[[t('board.onTime.in'), count(onTime)], [t('board.onTime.late'), count(late)], [t('board.onTime.done'), count(done)]]}>
      {done === 0 ? <Empty title={t('board.nothingDone')} /> : (
        <>
          <p className="big-number number">{permille == null ? '' : percent(permille)}</p>
          <p className="quiet">{t('board.onTime.text', { n: count(onTime), of: count(done) })}</p>
          <svg className="rate" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect className="rate-late" width="100" height="6" /><rect className="rate-in" width={done ? (onTime / done) * 100 : 0} height="6" /></svg>
        </>
      )}
    </Figure>
  );
}

function Late({ board }: { board: Board }) {
  return (
    <section className="figure is-wide is-whole">
      <h2>{t('board.late')}</h2>
      <p className="quiet">{t('board.lateHint')}</p>
      {board.late.length === 0 ? <p className="quiet">{t('board.noneLate')}</p> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('board.late')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('cases.col.number')}</th><th scope="col">{t('cases.col.state')}</th><th scope="col">{t('cases.col.division')}</th><th scope="col">{t('cases.col.due')}</th></tr></thead>
            <tbody>{board.late.map((item) => <tr key={item.id}><th scope="row"><a className="number" href={`/desk/#/case/${item.id}`}>{item.number}</a></th><td>{say(item.state_name)}</td><td>{item.division_name}</td><td className="is-bad">{day(item.due_on)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface Props { board: Board; month: string; latest: string; onMonth: (month: string) => void }

/** One minute: five numbers, the map, what moved, what is late. */
export function BoardPage({ board, month, latest, onMonth }: Props) {
  const { months, states } = board;
  return (
    <>
      <div className="board-head">
        <h1>{t('board.title', { district: board.district_name })}</h1>
        <label className="no-print" htmlFor="board-month">{t('board.month')}<DateField id="board-month" month max={latest} value={month} onChange={onMonth} /></label>
        {month && month < latest && <div className="row no-print"><BulletinFiles month={month} /></div>}
      </div>
      <p className="quiet">{t('board.asOf', { at: moment(board.as_of) })} · {t('board.source')} · {t('board.head')} <code>{board.log_head}</code></p>
      <Numbers numbers={board.numbers} />
      <div className="figures-grid">
        <TileMap board={board} />
        <OnTime board={board} />
        <Figure board={board} title={t('board.states')} columns={[t('cases.col.state'), t('board.col.count')]} rows={states.map((s) => [say(s.name), count(s.count)])}>
          {states.length === 0 ? <Empty title={t('board.noCases')} /> : <Chart label={t('board.states')} height={Math.max(160, states.length * 30)} kind="bars" names={states.map((s) => say(s.name))} series={[{ name: t('board.col.count'), values: states.map((s) => s.count), tone: 'main' }]} format={count} />}
        </Figure>
        <Figure board={board} wide title={t('board.months')} columns={[t('board.col.month'), t('board.applied'), t('board.approved'), t('board.refused')]} rows={months.map((m) => [monthText(m.month), count(m.applied), count(m.approved), count(m.refused)])}>
          {months.length === 0 ? <Empty title={t('board.noCases')} /> : <Chart label={t('board.months')} height={260} kind="columns" names={months.map((m) => m.month)} format={count}
            series={[{ name: t('board.applied'), values: months.map((m) => m.applied), tone: 'quiet' }, { name: t('board.approved'), values: months.map((m) => m.approved), tone: 'main' }, { name: t('board.refused'), values: months.map((m) => m.refused), tone: 'other' }]} />}
        </Figure>
        <Figure board={board} wide title={t('board.paid')} columns={[t('board.col.month'), t('board.col.paid')]} rows={months.map((m) => [monthText(m.month), money(m.paid_fen)])}>
          {months.length === 0 ? <Empty title={t('board.noCases')} /> : <Chart label={t('board.paid')} height={220} kind="line" names={months.map((m) => m.month)} format={moneyShort} series={[{ name: t('board.col.paid'), values: months.map((m) => m.paid_fen), tone: 'main' }]} />}
        </Figure>
        <Late board={board} />
        <Witnesses />
      </div>
    </>
  );
}
