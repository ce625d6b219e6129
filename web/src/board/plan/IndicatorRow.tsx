import { useState } from 'react';
import type { PlanIndicator, PlanState } from '../../api/types.gen';
import { useCall } from '../../api/hooks';
import { Chart } from '../../components/Chart';
import { Empty, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { day } from '../../locale/format';
import { nameOf, target, unitOf, value } from './plan';

const share = (v: unknown): number => Math.max(0, Math.min(1, Number(v)));

/** How far it is, and how far the time is. */
function Progress({ indicator: i }: { indicator: PlanIndicator }) {
  if (i.progress === null || i.progress === undefined) return <span className="plan-bar is-empty" aria-hidden="true" />;
  return (
    <span className="plan-bar" title={t('plan.progress', { done: Math.round(Number(i.progress) * 100), time: Math.round(Number(i.elapsed) * 100) })}>
      <i className={`is-${i.status}`} style={{ width: `${share(i.progress) * 100}%` }} />
      <b style={{ left: `${share(i.elapsed) * 100}%` }} />
      <span className="hidden">{t('plan.progress', { done: Math.round(Number(i.progress) * 100), time: Math.round(Number(i.elapsed) * 100) })}</span>
    </span>
  );
}

function Divisions({ plan, indicator }: { plan: PlanState; indicator: PlanIndicator }) {
  const question = useCall('plan_divisions', { path: { plan: plan.plan, indicator: indicator.key }, query: { as_of: plan.as_of } });
  return (
    <Show of={question} lines={3}>{({ items }) => items.length === 0 ? <p className="quiet">{t('plan.noDivisions')}</p> : (
      <div className="scroll" tabIndex={0} role="region" aria-label={t('plan.divisions', { name: nameOf(indicator) })}>
        <table className="grid">
          <caption className="hidden">{t('plan.divisions', { name: nameOf(indicator) })}</caption>
          <thead><tr><th scope="col">{t('cases.col.division')}</th><th scope="col" className="is-number">{t('plan.col.value')}</th><th scope="col" className="is-number">{t('plan.col.toAdd')}</th></tr></thead>
          <tbody>{items.map((d) => <tr key={d.code}><th scope="row">{d.name}</th><td className="is-number number">{value(d.value)}</td><td className="is-number number">{value(d.to_add)}</td></tr>)}</tbody>
        </table>
      </div>
    )}</Show>
  );
}

function Series({ indicator: i }: { indicator: PlanIndicator }) {
  const points = [...(i.base !== null && typeof i.base === 'number' && i.base_year ? [{ day: `${i.base_year}-12-31`, value: i.base }] : []), ...i.series];
  const goal = typeof i.target === 'number' ? i.target : null;
  const format = (v: number): string => value(v);
  if (i.series.length === 0) return <Empty title={t('plan.noSeries')}><p>{t(i.computable ? 'plan.noComputed' : 'plan.noImported')}</p></Empty>;
  const names = points.map((p) => (p.day.endsWith('-12-31') ? p.day.slice(0, 4) : p.day.slice(0, 7)));
  return (
    <Chart label={t('plan.chart', { name: nameOf(i) })} kind="line" height={220} names={names} format={format}
      series={[{ name: t('plan.col.value'), values: points.map((p) => Number(p.value)), tone: 'main' },
        ...(goal === null ? [] : [{ name: t('plan.col.target'), values: points.map(() => goal), tone: 'other' as const }])]} />
  );
}

function Behind({ plan, indicator: i }: { plan: PlanState; indicator: PlanIndicator }) {
  return (
    <div className="plan-behind">
      <div>
        <Series indicator={i} />
        <dl className="plan-facts">
          {i.current_on && <><dt>{t('plan.fact.current')}</dt><dd>{t(`plan.source.${i.source}`)} · {day(i.current_on)}</dd></>}
          {i.imported !== null && i.imported !== undefined && <><dt>{t('plan.fact.other')}</dt><dd>{t('plan.fact.otherText', { imported: value(i.imported), computed: value(i.current) })}</dd></>}
          {i.forecast && <><dt>{t('plan.fact.forecast', { year: i.forecast.year })}</dt><dd>{t('plan.fact.forecastText', { value: value(i.forecast.value), low: value(i.forecast.low), high: value(i.forecast.high) })}</dd></>}
          {i.rule && <><dt>{t('plan.fact.rule')}</dt><dd lang="zh-CN">{i.rule}</dd></>}
          {i.year_assumed && <><dt>{t('plan.fact.year')}</dt><dd>{t('plan.fact.yearText')}</dd></>}
          {say(i.note) && <><dt>{t('plan.fact.note')}</dt><dd>{say(i.note)}</dd></>}
        </dl>
      </div>
      <Divisions plan={plan} indicator={i} />
    </div>
  );
}

/** One promise on one line; what is behind it at a touch. */
export function IndicatorRow({ plan, indicator: i }: { plan: PlanState; indicator: PlanIndicator }) {
  const [open, setOpen] = useState(false);
  return (
    <li className={`plan-row${open ? ' is-open' : ''}`}>
      <button type="button" className="plan-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <i className={`plan-mark is-${i.status ?? 'none'}`} aria-hidden="true" />
        <span className="plan-name">{i.no !== null && <span className="plan-no number">{value(i.no)}</span>}{nameOf(i)}{i.attribute && <small>{word('plan.attribute', i.attribute)}</small>}</span>
        <span className="plan-way number">{value(i.base)} → {target(i)}{i.unit && <small>{unitOf(i)}</small>}</span>
        <span className="plan-now number">{value(i.current)}</span>
        <Progress indicator={i} />
        <span className={`plan-status is-${i.status ?? 'none'}`}>{i.status ? t(`plan.status.${i.status}`) : t(`plan.kind.${i.kind}`)}</span>
      </button>
      {open && <Behind plan={plan} indicator={i} />}
    </li>
  );
}
