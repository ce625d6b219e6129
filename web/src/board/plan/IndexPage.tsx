import { useState } from 'react';
import type { Composite, CompositePart } from '../../api/types.gen';
import { saveBlob } from '../../api/client';
import { useCall } from '../../api/hooks';
import { Chart } from '../../components/Chart';
import { Empty, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { day } from '../../locale/format';
import { csv, value } from './plan';
import './index.css';

const unitOf = (part: CompositePart): string => (part.unit ? word('plan.unit', part.unit) : '');

function csvOf(index: Composite): Blob {
  return csv([['rank', 'best', 'worst', 'division', 'name', 'score', ...index.parts.map((p) => p.key)], ['', '', '', '', '', '', ...index.parts.map((p) => p.share)],
    ...index.items.map((row) => [row.rank || null, row.best || null, row.worst || null, row.code, row.name, row.score, ...row.cells.map((cell) => cell.value)])]);
}

/** Weights of a what-if: only those that differ from the file's are sent. */
function Weights({ index, changed, onChange }: { index: Composite; changed: Record<string, string>; onChange: (next: Record<string, string>) => void }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('index.parts')}>
      <table className="grid index-parts">
        <caption className="hidden">{t('index.parts')}</caption>
        <thead><tr>
          <th scope="col">{t('index.part')}</th><th scope="col">{t('index.weight')}</th><th scope="col" className="is-number">{t('index.share')}</th>
          <th scope="col">{t('index.scale')}</th><th scope="col" className="is-number">{t('index.moves', { spread: index.spread })}</th>
        </tr></thead>
        <tbody>
          {index.parts.map((part) => (
            <tr key={part.key} className={part.used ? '' : 'is-unused'}>
              <th scope="row"><small className="quiet">{say(part.group)}</small> {say(part.name)}</th>
              <td><input className="plain-input index-weight" inputMode="decimal" aria-label={`${t('index.weight')} ${say(part.name)}`} value={changed[part.key] ?? String(part.weight)}
                onChange={(e) => onChange({ ...changed, [part.key]: e.target.value })} /></td>
              <td className="is-number number">{part.used ? `${value(part.share)} %` : <span className="quiet">{part.without ? t('index.without', { n: part.without }) : t('index.off')}</span>}</td>
              <td>{part.low === null ? t(part.better === 'up' ? 'index.compared' : 'index.comparedDown') : t(part.better === 'up' ? 'index.between' : 'index.betweenDown', { low: value(part.low), high: value(part.high) })} {unitOf(part)}</td>
              <td className="is-number number">{part.used ? part.moves : t('plan.none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rows({ index }: { index: Composite }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('index.table')}>
      <table className="grid">
        <caption className="hidden">{t('index.table')}</caption>
        <thead><tr>
          <th scope="col" className="is-number">{t('index.rank')}</th><th scope="col">{t('cases.col.division')}</th><th scope="col" className="is-number">{t('index.score')}</th><th scope="col" className="is-number">{t('index.range')}</th>
          {index.parts.map((part) => <th scope="col" key={part.key} className="is-number">{say(part.name)}</th>)}
        </tr></thead>
        <tbody>
          {index.items.map((row) => (
            <tr key={row.code}>
              <td className="is-number number">{row.rank || t('plan.none')}</td><th scope="row">{row.name}</th><td className="is-number number"><b>{value(row.score)}</b></td>
              <td className="is-number number">{!row.rank ? t('plan.none') : row.best === row.worst ? row.best : `${row.best}–${row.worst}`}</td>
              {row.cells.map((cell, k) => <td key={index.parts[k]?.key} className="is-number number">{value(cell.value)}{cell.points !== null && <small className="quiet index-points">{t('index.points', { n: value(cell.points) })}</small>}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const NUMBER = /^\d{1,6}(\.\d{1,6})?$/;

function One({ id }: { id: string }) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [tried, setTried] = useState<Record<string, string>>({});
  const weights = Object.entries(tried).map(([key, n]) => `${key}=${n}`).join(' ');
  const question = useCall('plan_index', { path: { index: id }, query: { weights: weights || undefined } });
  const wrong = Object.values(typed).some((text) => !NUMBER.test(text));
  return (
    <Show of={question} lines={10}>{(index) => index.items.length === 0 ? <Empty title={t('index.none')}><p>{t('map.noneText')}</p></Empty> : (
      <>
        <p className="quiet">{t('plan.asOfText', { day: day(index.as_of) })} · {t('index.intro', { spread: index.spread })}</p>
        <section className="figure">
          <h2>{t('index.parts')}</h2>
          <form onSubmit={(e) => { e.preventDefault(); if (!wrong) setTried(typed); }}>
            <Weights index={index} changed={typed} onChange={setTyped} />
            {wrong && <p className="note is-bad" role="alert">{t('index.wrong')}</p>}
            <p className="row no-print">
              <button type="submit" className="button" disabled={wrong || Object.keys(typed).length === 0}>{t('index.try')}</button>
              {Object.keys(tried).length > 0 && <button type="button" className="button is-second" onClick={() => { setTyped({}); setTried({}); }}>{t('index.reset')}</button>}
            </p>
            {Object.keys(tried).length > 0 && <p className="note is-warn" role="status">{t('index.whatIf')}</p>}
          </form>
        </section>
        {index.items.some((row) => row.rank) ? (
          <section className="figure"><h2>{t('index.chart')}</h2>
            <Chart label={t('index.chart')} kind="bars" height={Math.max(160, index.items.length * 30)} names={index.items.map((row) => row.name)} format={value} series={[{ name: t('index.score'), values: index.items.map((row) => Number(row.score)), tone: 'main' }]} />
          </section>) : <p className="note is-warn">{t('index.noRank')}</p>}
        <section className="figure">
          <div className="board-head"><h2>{t('index.table')}</h2><button type="button" className="button is-second no-print" onClick={() => saveBlob(csvOf(index), `${index.index}-${index.as_of}.csv`)}>{t('plan.download')}</button></div>
          <Rows index={index} />
        </section>
      </>)}
    </Show>
  );
}

/** Divisions side by side on a composite index: the weights shown, to be tried otherwise, and how firm each rank is. */
export function IndexPage() {
  const [chosen, setChosen] = useState('');
  const question = useCall('plan_indexes');
  return (
    <Show of={question} lines={10}>{({ items }) => {
      const one = items.find((x) => x.index === chosen) ?? items[0];
      if (!one) return <Empty title={t('index.none')} />;
      return (
        <>
          <div className="board-head">
            <h1>{say(one.name)}</h1>
            {items.length > 1 && <label className="no-print">{t('index.choose')}<select value={one.index} onChange={(e) => setChosen(e.target.value)}>{items.map((x) => <option key={x.index} value={x.index}>{say(x.name)}</option>)}</select></label>}
          </div>
          <One key={one.index} id={one.index} />
        </>
      );
    }}</Show>
  );
}
