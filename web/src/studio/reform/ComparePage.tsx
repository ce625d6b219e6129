import { useState } from 'react';
import { useCall } from '../../api/hooks';
import type { Reform, Simulation, SimulatedBand, SimulatedCliff } from '../../api/types.gen';
import { Chart } from '../../components/Chart';
import { link } from '../../components/route';
import { Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, money } from '../../locale/format';
import { MEASURES, changedText, differs, named, percent } from './words';

interface Two { a: Reform; b: Reform }

const sumOf = (bands: SimulatedBand[] | null | undefined, pick: (band: SimulatedBand) => number) => (bands ?? []).reduce((sum, band) => sum + pick(band), 0);
const loses = (band: SimulatedBand) => band.from_fen == null || band.from_fen < 0;
const gains = (band: SimulatedBand) => !loses(band) && band.from_fen !== 0;
/** With or without those whose change nobody knows: what is known of the whole. */
const yearly = (of: Simulation) => 12 * sumOf(of.bands, (band) => band.sum_fen);

function Heads({ a, b }: Two) {
  const parameters = useCall('parameters');
  const policies = useCall('policies');
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.compareTitle')}>
      <table className="grid">
        <thead><tr><td />{[a, b].map((x) => <th key={x.id} scope="col"><a href={link('reforms', x.id)}>{x.name}</a></th>)}</tr></thead>
        <tbody>
          <tr><th scope="row">{t('reform.changes')}</th>{[a, b].map((x) => <td key={x.id}>{changedText(x, parameters.data?.items ?? [], policies.data?.items ?? [])}</td>)}</tr>
          <tr><th scope="row">{t('reform.basis')}</th>{[a, b].map((x) => <td key={x.id}>{t('reform.ofDay', { day: day(x.day) })}{x.snapshot ? ` · ${t('reform.over', { n: count(x.report.households ?? 0), sha: x.snapshot.slice(0, 12) })}` : ''}</td>)}</tr>
        </tbody>
      </table>
    </div>
  );
}

function Sums({ a, b }: Two) {
  const two = [a, b];
  const rows: [string, (of: Simulation) => string][] = [
    ['reform.gainHouseholds', (of) => count(sumOf(of.bands?.filter(gains), (band) => band.households))],
    ['reform.loseHouseholds', (of) => count(sumOf(of.bands?.filter(loses), (band) => band.households))],
    ['reform.unsettledHouseholds', (of) => count(of.unsettled?.households ?? 0)],
    ['reform.yearlyChange', (of) => money(yearly(of))],
    ...MEASURES.map(([word, key]): [string, (of: Simulation) => string] => [word, (of) => (!of.measures ? '' : key === 'gini' ? Number(of.measures.after[key]).toFixed(4) : percent(of.measures.after[key]))]),
    ['reform.cliffHouseholds', (of) => (of.margin ? count(of.margin.after.cliff) : '')],
  ];
  return (
    <section className="panel">
      <h2>{t('reform.compareSums')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.compareSums')}>
        <table className="grid">
          <thead><tr><th scope="col">{t('reform.measure')}</th>{two.map((x) => <th key={x.id} scope="col" className="is-number">{x.name}</th>)}</tr></thead>
          <tbody>{rows.map(([word, of]) => <tr key={word}><th scope="row">{t(word)}</th>{two.map((x) => <td key={x.id} className="is-number number">{of(x.report)}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Schemes({ a, b }: Two) {
  const policies = useCall('policies');
  const of = (x: Reform, scheme: string) => x.report.schemes?.find((one) => one.scheme === scheme);
  const changed = (a.report.schemes ?? []).map((x) => x.scheme).filter((scheme) => [of(a, scheme), of(b, scheme)].some((x) => x && differs(x)));
  if (changed.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t('reform.cost')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.cost')}>
        <table className="grid">
          <thead>
            <tr><th scope="col" rowSpan={2}>{t('leads.col.scheme')}</th><th scope="colgroup" colSpan={3}>{t('reform.entitled')}</th><th scope="colgroup" colSpan={3}>{t('reform.monthly')}</th></tr>
            <tr>{[0, 1].flatMap((k) => [<th key={`t${k}`} scope="col" className="is-number">{t('reform.today')}</th>, ...[a, b].map((x) => <th key={`${x.id}${k}`} scope="col" className="is-number">{x.name}</th>)])}</tr>
          </thead>
          <tbody>{changed.map((scheme) => (
            <tr key={scheme}>
              <th scope="row">{say(policies.data?.items.find((p) => p.matter === scheme)?.name) || scheme}</th>
              <td className="is-number number">{count(of(a, scheme)?.before.entitled ?? 0)}</td>
              {[a, b].map((x) => <td key={x.id} className="is-number number">{count(of(x, scheme)?.after.entitled ?? 0)}</td>)}
              <td className="is-number number">{money(of(a, scheme)?.before.entitled_fen ?? 0)}</td>
              {[a, b].map((x) => <td key={x.id} className="is-number number">{money(of(x, scheme)?.after.entitled_fen ?? 0)}</td>)}
            </tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}

/** What is in hand along the earnings, today and with either; both were followed in the same steps. */
function Cliffs({ a, b }: Two) {
  const [id, setId] = useState(a.report.cliffs[0]?.id ?? '');
  const find = (x: Reform): SimulatedCliff | undefined => x.report.cliffs.find((one) => one.id === id);
  const [first, second] = [find(a), find(b)];
  if (!first || !second) return null;
  const yuan = (fen: number) => fen / 100;
  return (
    <section className="panel">
      <h2>{t('reform.cliff')}</h2>
      <div className="filters"><label>{t('reform.household')}<select value={id} onChange={(e) => setId(e.target.value)}>{a.report.cliffs.map((x) => <option key={x.id} value={x.id}>{named(x)}</option>)}</select></label></div>
      <Chart label={`${t('reform.cliff')} ${named(first)}`} kind="line" height={320} format={(v) => count(Math.round(v))} names={first.before.map((p) => String(yuan(p.earned_fen)))}
        series={[{ name: t('reform.today'), values: first.before.map((p) => yuan(p.in_hand_fen)), tone: 'quiet' }, { name: a.name, values: first.after.map((p) => yuan(p.in_hand_fen)), tone: 'main' }, { name: b.name, values: second.after.map((p) => yuan(p.in_hand_fen)), tone: 'other' }]} />
      <p>{[a, b].map((x) => { const worst = find(x)?.worst_after_fen ?? 0; return t(worst ? 'reform.worst' : 'reform.worstNone', { name: x.name, fall: money(worst) }); }).join(t('form.join'))}</p>
      <details><summary>{t('reform.asTable')}</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={t('reform.asTable')}>
          <table className="grid">
            <thead><tr><th scope="col" className="is-number">{t('reform.earned')}</th>{[t('reform.today'), a.name, b.name].map((name, i) => <th key={i} scope="col" className="is-number">{name}</th>)}</tr></thead>
            <tbody>{first.before.map((p, i) => <tr key={p.earned_fen}><th scope="row" className="is-number number">{money(p.earned_fen)}</th>{[p, first.after[i], second.after[i]].map((q, k) => <td key={k} className="is-number number">{money(q?.in_hand_fen ?? 0)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

/** Two computations side by side. */
export function ComparePage({ first, second }: { first: string; second: string }) {
  const left = useCall('reform', { path: { reform: first } });
  const right = useCall('reform', { path: { reform: second } });
  return (
    <>
      <p><a href="#/reforms">{t('reform.back')}</a></p>
      <div className="page-head"><h1>{t('reform.compareTitle')}</h1></div>
      <Show of={left} lines={6}>{(a) => <Show of={right} lines={6}>{(b) => (
        <>
          {(a.snapshot !== b.snapshot || a.day !== b.day) && <p className="note is-warn">{t('reform.notSame')}</p>}
          <Heads a={a} b={b} />
          <Sums a={a} b={b} />
          <Schemes a={a} b={b} />
          <Cliffs a={a} b={b} />
        </>
      )}</Show>}</Show>
    </>
  );
}
