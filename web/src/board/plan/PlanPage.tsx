import { useMemo, useState } from 'react';
import type { Plan, PlanIndicator, PlanState } from '../../api/types.gen';
import { useCall } from '../../api/hooks';
import { saveBlob } from '../../api/client';
import { Empty, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t, useLanguage, word } from '../../locale';
import { day } from '../../locale/format';
import { PlanFiles } from './Files';
import { IndicatorRow } from './IndicatorRow';
import { Wheel } from './Wheel';
import { STATUSES, csvOf, inTable, type Status } from './plan';
import './plan.css';

function Heading({ state, plans, today, asOf, onDay }: { state: PlanState; plans: Plan[]; today: string; asOf: string; onDay: (day: string) => void }) {
  const years = Array.from({ length: state.to - state.from + 1 }, (_, i) => state.from + i).filter((y) => `${y}-12-31` < today);
  return (
    <div className="board-head">
      <h1>{say(state.name)}</h1>
      <div className="row no-print">
        <label>{t('plan.choose')}
          <select value={state.plan} onChange={(e) => go(link('plan', e.target.value))}>{plans.map((p) => <option key={p.id} value={p.id}>{say(p.name)}</option>)}</select>
        </label>
        <label>{t('plan.asOf')}
          <select value={asOf} onChange={(e) => onDay(e.target.value)}>
            <option value="">{t('plan.today')}</option>
            {years.map((y) => <option key={y} value={`${y}-12-31`}>{t('plan.yearEnd', { year: y })}</option>)}
          </select>
        </label>
      </div>
    </div>
  );
}

function Summary({ shown, chosen, onChoose }: { shown: PlanIndicator[]; chosen: Status | ''; onChoose: (status: Status | '') => void }) {
  return (
    <section className="plan-summary" aria-label={t('plan.summary')}>
      <Wheel indicators={shown.filter((i) => i.status)} />
      <ul>
        {STATUSES.map((status) => (
          <li key={status}>
            <button type="button" aria-pressed={chosen === status} onClick={() => onChoose(chosen === status ? '' : status)}>
              <i className={`plan-mark is-${status}`} aria-hidden="true" />
              <span>{t(`plan.status.${status}`)}</span><b className="number">{shown.filter((i) => i.status === status).length}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function List({ state, shown }: { state: PlanState; shown: PlanIndicator[] }) {
  const groups = useMemo(() => {
    const by = new Map<string, PlanIndicator[]>();
    for (const one of shown) by.set(one.section, [...(by.get(one.section) ?? []), one]);
    return [...by];
  }, [shown]);
  if (!shown.length) return <Empty title={t('plan.nothing')}><p>{t('plan.nothingText')}</p></Empty>;
  return (
    <>
      {groups.map(([section, list]) => (
        <section key={section} className="plan-section">
          <h2 lang="zh-CN">{section}<small className="quiet">{t('plan.count', { n: list.length })}</small></h2>
          <ul className="plan-list">{list.map((one) => <IndicatorRow key={one.key} plan={state} indicator={one} />)}</ul>
        </section>
      ))}
    </>
  );
}

function Rules({ state }: { state: PlanState }) {
  return (
    <section className="note">
      <h2>{t('plan.rules')}</h2>
      <ul>
        {state.evaluation.map((e) => <li key={`${e.kind}${e.year}`}><b>{word('plan.evaluation', e.kind)} {e.year}</b>：{say(e)} <span className="quiet">{e.source}</span></li>)}
        {state.appraisal && <li>{say(state.appraisal)}</li>}
        {state.veto && <li><b>{t('plan.veto')}</b>：{say(state.veto)}</li>}
      </ul>
    </section>
  );
}

/** A plan: how many promises stand well, which do not, and what is behind each. */
export function PlanPage({ id, plans, today }: { id: string; plans: Plan[]; today: string }) {
  const [asOf, setAsOf] = useState('');
  const [chosen, setChosen] = useState<Status | ''>('');
  const printed = (state: PlanState) => state.indicators.some(inTable);
  const [all, setAll] = useState(false);
  useLanguage();
  const question = useCall('plan', { path: { plan: id }, query: { as_of: asOf || undefined } });
  return (
    <Show of={question} lines={10}>{(state) => {
      const shown = state.indicators.filter((i) => all || !printed(state) || inTable(i));
      return (<>
        <Heading state={state} plans={plans} today={today} asOf={asOf} onDay={setAsOf} />
        <p className="quiet">{t('plan.asOfText', { day: day(state.as_of) })} · {t('plan.source')}</p>
        <Summary shown={shown} chosen={chosen} onChoose={setChosen} />
        <div className="row no-print plan-tools">
          {printed(state) && <label><input type="checkbox" checked={all} onChange={(e) => setAll(e.target.checked)} />{t('plan.all')}</label>}
          <button type="button" className="button is-second" onClick={() => saveBlob(csvOf(state), `${state.plan}-${state.as_of}.csv`)}>{t('plan.download')}</button>
          <PlanFiles plan={state.plan} asOf={state.as_of} />
        </div>
        <List state={state} shown={shown.filter((i) => !chosen || i.status === chosen)} />
        <Rules state={state} />
      </>);
    }}</Show>
  );
}
