import { useState } from 'react';
import { useCall } from '../../api/hooks';
import type { Reform, Simulation, SimulatedBand, SimulatedCliff, SimulatedScheme } from '../../api/types.gen';
import { Chart } from '../../components/Chart';
import { Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { count, day, money, moment } from '../../locale/format';
import { Parts } from './Parts';
import { MEASURES, changedText, differs, named, percent } from './words';

function Schemes({ schemes, names }: { schemes: SimulatedScheme[]; names: Map<string, string> }) {
  const changed = schemes.filter(differs);
  if (changed.length === 0) return <p className="note">{t('reform.nothingChanges')}</p>;
  return (
    <section className="panel">
      <h2>{t('reform.cost')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.cost')}>
        <table className="grid">
          <thead><tr><th scope="col">{t('leads.col.scheme')}</th><th scope="col" className="is-number">{t('reform.entitledBefore')}</th><th scope="col" className="is-number">{t('reform.entitledAfter')}</th><th scope="col" className="is-number">{t('reform.monthlyBefore')}</th><th scope="col" className="is-number">{t('reform.monthlyAfter')}</th><th scope="col" className="is-number">{t('reform.yearlyChange')}</th><th scope="col" className="is-number">{t('reform.open')}</th></tr></thead>
          <tbody>
            {changed.map((x) => (
              <tr key={x.scheme}>
                <th scope="row">{names.get(x.scheme) ?? x.scheme}</th>
                <td className="is-number number">{count(x.before.entitled)}</td><td className="is-number number">{count(x.after.entitled)}</td>
                <td className="is-number number">{money(x.before.entitled_fen)}</td><td className="is-number number">{money(x.after.entitled_fen)}</td>
                <td className="is-number number">{money(12 * (x.after.entitled_fen - x.before.entitled_fen))}</td>
                <td className="is-number number">{x.after.unsure > 0 && `${count(x.after.open - x.after.unsure)}–`}{count(x.after.open)}{(x.after.open_drawing ?? 0) > 0 && <small className="quiet"> {t('reform.openDrawing', { n: count(x.after.open_drawing ?? 0), money: money(x.after.open_drawing_fen ?? 0) })}</small>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">{t('reform.static')}</p>
    </section>
  );
}

/** A band holds changes from its first fen to the one before the next band's first. */
function bandName(from: number | null | undefined, below: number | null | undefined): string {
  if (from == null) return t('reform.band.lossOver', { over: money(-(below ?? 0)) });
  if (below == null) return t('reform.band.gainOver', { over: money(from - 1) });
  if (from === 0 && below === 1) return t('reform.band.same');
  return from < 0 ? t('reform.band.loss', { from: money(1 - below), to: money(-from) }) : t('reform.band.gain', { from: money(from), to: money(below - 1) });
}

/** The answer in one line, before its tables. */
function Sum({ of }: { of: Simulation }) {
  const bands = of.bands ?? [];
  const households = (ones: SimulatedBand[]) => count(ones.reduce((sum, band) => sum + band.households, 0));
  const loses = (band: SimulatedBand) => band.from_fen == null || band.from_fen < 0;
  const gains = (band: SimulatedBand) => !loses(band) && band.from_fen !== 0;
  const yearly = bands.reduce((sum, band) => sum + band.sum_fen * 12, 0);
  const open = of.unsettled;
  return <><p className="reform-sum">{t(yearly < 0 ? 'reform.sumLess' : 'reform.sumMore', { gain: households(bands.filter(gains)), lose: households(bands.filter(loses)), money: money(Math.abs(yearly)) })}</p>{open && open.households > 0 && <p>{t('reform.unsettled', { n: count(open.households), money: money(open.sum_fen) })}</p>}</>;
}

function Bands({ of }: { of: Simulation }) {
  const bands = of.bands ?? [];
  return (
    <section className="panel">
      <h2>{t('reform.gainers')}</h2>
      <Sum of={of} />
      <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.gainers')}><table className="grid">
        <thead><tr><th scope="col">{t('reform.change')}</th><th scope="col" className="is-number">{t('reform.households')}</th><th scope="col" className="is-number">{t('reform.persons')}</th><th scope="col" className="is-number">{t('reform.sum')}</th></tr></thead>
        <tbody>{bands.map((band, i) => <tr key={i}><th scope="row">{bandName(band.from_fen, band.below_fen)}</th><td className="is-number number">{count(band.households)}</td><td className="is-number number">{count(band.persons)}</td><td className="is-number number">{money(band.sum_fen)}</td></tr>)}</tbody>
      </table></div>
    </section>
  );
}

function Measures({ of }: { of: Simulation }) {
  const m = of.measures;
  if (!m) return null;
  return (
    <section className="panel">
      <h2>{t('reform.poverty')}</h2>
      <p className="quiet">{t('reform.line', { line: money(of.line_fen ?? 0) })}{of.income_unknown ? ` ${t('reform.incomeUnknown', { n: count(of.income_unknown) })}` : ''}</p>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.poverty')}><table className="grid">
        <thead><tr><th scope="col">{t('reform.measure')}</th><th scope="col" className="is-number">{t('reform.without')}</th><th scope="col" className="is-number">{t('reform.today')}</th><th scope="col" className="is-number">{t('reform.after')}</th></tr></thead>
        <tbody>{MEASURES.map(([name, key]) => <tr key={key}><th scope="row">{t(name)}</th>{[m.without, m.before, m.after].map((side, i) => <td key={i} className="is-number number">{key === 'gini' ? Number(side[key]).toFixed(4) : percent(side[key])}</td>)}</tr>)}</tbody>
      </table></div>
      {of.margin && <p>{t('reform.margin', { n: count(of.margin.before.households), more: money(of.margin.more_fen), before: count(of.margin.before.cliff), after: count(of.margin.after.cliff) })}</p>}
    </section>
  );
}

function CliffPanel({ cliffs }: { cliffs: SimulatedCliff[] }) {
  const [id, setId] = useState(cliffs[0]?.id ?? '');
  const cliff = cliffs.find((x) => x.id === id);
  if (!cliff) return null;
  const falls = cliff.after.map((p, i) => ({ p, loss: i ? (cliff.after[i - 1]?.in_hand_fen ?? 0) - p.in_hand_fen : 0 })).filter((x) => x.loss > 0);
  return (
    <section className="panel">
      <h2>{t('reform.cliff')}</h2>
      <p className="quiet">{t('reform.cliffHint')}</p>
      <div className="filters"><label>{t('reform.household')}<select value={id} onChange={(e) => setId(e.target.value)}>{cliffs.map((x) => <option key={x.id} value={x.id}>{named(x)}</option>)}</select></label></div>
      <Chart label={`${t('reform.cliff')} ${named(cliff)}`} kind="line" height={320} format={(v) => count(Math.round(v))} names={cliff.before.map((p) => String(p.earned_fen / 100))}
        series={[{ name: t('reform.today'), values: cliff.before.map((p) => p.in_hand_fen / 100), tone: 'quiet' }, { name: t('reform.after'), values: cliff.after.map((p) => p.in_hand_fen / 100), tone: 'main' }]} />
      {falls.length === 0 ? <p>{t('reform.noFall')}</p> : (
        <ul className="bullets">{falls.map(({ p, loss }) => <li key={p.earned_fen}>{t('reform.fall', { at: money(p.earned_fen), loss: money(loss) })}</li>)}</ul>
      )}
      <details><summary>{t('reform.asTable')}</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.asTable')}>
          <table className="grid">
            <thead><tr><th scope="col" className="is-number">{t('reform.earned')}</th><th scope="col" className="is-number">{t('reform.inHandBefore')}</th><th scope="col" className="is-number">{t('reform.inHandAfter')}</th></tr></thead>
            <tbody>{cliff.before.map((p, i) => <tr key={p.earned_fen}><th scope="row" className="is-number number">{money(p.earned_fen)}</th><td className="is-number number">{money(p.in_hand_fen)}</td><td className="is-number number">{money(cliff.after[i]?.in_hand_fen ?? 0)}</td></tr>)}</tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

/** To another computation, to lie beside this one. */
function CompareWith({ id }: { id: string }) {
  const kept = useCall('reforms');
  const others = (kept.data?.items ?? []).filter((one) => one.id !== id);
  if (others.length === 0) return null;
  return (
    <div className="filters no-print">
      <label>{t('reform.compareWith')}
        <select value="" onChange={(e) => e.target.value && go(link('compare', id, e.target.value))}>
          <option value="">{t('reform.choose')}</option>
          {others.map((one) => <option key={one.id} value={one.id}>{one.name} · {moment(one.made_at)}</option>)}
        </select>
      </label>
    </div>
  );
}

function Result({ reform }: { reform: Reform }) {
  const matters = useCall('policies');
  const parameters = useCall('parameters');
  const names = new Map((matters.data?.items ?? []).map((p) => [p.matter, say(p.name)]));
  const { report } = reform;
  return (
    <>
      <div className="page-head"><h1>{reform.name}</h1></div>
      <p>{changedText(reform, parameters.data?.items ?? [], matters.data?.items ?? [])}</p>
      <p className="quiet">{t('reform.made', { by: reform.made_by, at: moment(reform.made_at), day: day(reform.day) })} {reform.snapshot ? t('reform.over', { n: count(report.households ?? 0), sha: reform.snapshot.slice(0, 12) }) : t('reform.noSnapshot')}</p>
      {(report.snapshot as { synthetic?: boolean } | null | undefined)?.synthetic && <p className="note is-warn">{t('reform.synthetic')}</p>}
      <CompareWith id={reform.id} />
      {report.schemes && <Schemes schemes={report.schemes} names={names} />}
      {report.schemes && <Parts schemes={report.schemes} names={names} />}
      {report.bands && <Bands of={report} />}
      <Measures of={report} />
      <CliffPanel cliffs={report.cliffs} />
    </>
  );
}

/** One computation. */
export function ReformPage({ id }: { id: string }) {
  const question = useCall('reform', { path: { reform: id } });
  return (
    <>
      <p><a href="#/reforms">{t('reform.back')}</a></p>
      <Show of={question} lines={10}>{(reform) => <Result reform={reform} />}</Show>
    </>
  );
}
