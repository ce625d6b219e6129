import { useState } from 'react';
import type { Plan, PlanIndicator, PlanMap, PlanMapDivision, PlanState } from '../../api/types.gen';
import { saveBlob } from '../../api/client';
import { useCall } from '../../api/hooks';
import { Chart } from '../../components/Chart';
import { Empty, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { day } from '../../locale/format';
import { STEPS, TileKey, Tiles, type Tile } from '../Tiles';
import { OutlineMap, type Outlined } from './OutlineMap';
import { csv, inTable, nameOf, target, unitOf, value } from './plan';
import './map.css';

const valueOn = (d: PlanMapDivision, when: string): number | null => { const p = d.points.find((x) => x.day === when); return p ? Number(p.value) : null; };
const textOf = (v: number | null): string => (v === null ? t('plan.none') : value(v));

/** Shades go over what all days show, so that a day can be held against another.  Where nothing is near nought, from the least. */
export function stepsOf(map: PlanMap): { low: number; high: number; step: (v: number | null) => number | 'none' } {
  const all = map.items.flatMap((d) => d.points.map((p) => Number(p.value)));
  const high = Math.max(0, ...all), least = Math.min(high, ...all), low = least > high / 2 ? least : Math.min(0, least);
  return { low, high, step: (v) => (v === null ? 'none' : high <= low ? (v > 0 ? STEPS : 0) : v <= low && low === 0 ? 0 : Math.max(1, Math.min(STEPS, Math.ceil(((v - low) / (high - low)) * STEPS)))) };
}

const daysOf = (map: PlanMap): string[] => [...new Set(map.items.flatMap((d) => d.points.map((p) => p.day)))].sort();

function csvOf(map: PlanMap, i: PlanIndicator): Blob {
  const days = daysOf(map);
  return csv([['division', 'name', ...days], ...map.items.map((d) => [d.code, d.name, ...days.map((when) => valueOn(d, when))]),
    [i.key, nameOf(i), ...days.map((when) => map.points.find((p) => p.day === when)?.value ?? null)]]);
}

function Drawn({ map, when }: { map: PlanMap; when: string }) {
  const { low, high, step } = stepsOf(map);
  const tiles: Tile[] = map.items.map((d) => ({ code: d.code, name: d.name, x: d.x, y: d.y, step: step(valueOn(d, when)), text: textOf(valueOn(d, when)) }));
  const outlined = map.items.every((d) => d.outline);
  return (
    <>
      {outlined ? <OutlineMap label={t('map.title')} items={tiles.map((tile, k): Outlined => ({ ...tile, polygons: map.items[k]?.outline as Outlined['polygons'] }))} /> : <Tiles label={t('map.title')} items={tiles} />}
      <TileKey low={value(low)} high={value(high)} />
      <p className="quiet">{t(outlined ? 'map.outlines' : 'board.mapHint')}</p>
    </>
  );
}

function Rows({ map, when, before }: { map: PlanMap; when: string; before: string | undefined }) {
  const change = (d: PlanMapDivision): string => {
    const now = valueOn(d, when), then = before ? valueOn(d, before) : null;
    return now === null || then === null ? t('plan.none') : `${now > then ? '+' : ''}${value(Math.round((now - then) * 10000) / 10000)}`;
  };
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('map.table')}>
      <table className="grid">
        <caption className="hidden">{t('map.table')}</caption>
        <thead><tr><th scope="col">{t('cases.col.division')}</th><th scope="col" className="is-number">{t('plan.col.value')}</th><th scope="col" className="is-number">{before ? t('map.since', { day: day(before) }) : t('map.change')}</th></tr></thead>
        <tbody>{map.items.map((d) => <tr key={d.code}><th scope="row">{d.name}</th><td className="is-number number">{textOf(valueOn(d, when))}</td><td className="is-number number">{change(d)}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function Days({ map, indicator }: { map: PlanMap; indicator: PlanIndicator }) {
  const days = daysOf(map);
  const [chosen, setChosen] = useState<string | null>(null);
  const at = chosen && days.includes(chosen) ? days.indexOf(chosen) : days.length - 1;
  const when = days[at];
  if (when === undefined) return <Empty title={t('map.none')}><p>{t('map.noneText')}</p></Empty>;
  const whole = map.points.find((p) => p.day === when);
  const sorted = map.items.map((d) => ({ d, v: valueOn(d, when) })).filter((x): x is { d: PlanMapDivision; v: number } => x.v !== null).sort((a, b) => b.v - a.v);
  return (
    <>
      <div className="map-days">
        <label htmlFor="map-day">{t('map.day')}</label>
        <input id="map-day" type="range" min={0} max={days.length - 1} step={1} value={at} disabled={days.length < 2} aria-valuetext={day(when)} onChange={(e) => setChosen(days[Number(e.target.value)] ?? null)} />
        <output htmlFor="map-day">{day(when)}</output>
      </div>
      <p>{t('map.whole')} <b className="number">{whole ? value(whole.value) : t('plan.none')}</b>{indicator.unit && ` ${unitOf(indicator)}`} · {t('plan.col.target')} <span className="number">{target(indicator)}</span> · {t(`plan.source.${map.source}`)}</p>
      <div className="map-body">
        <section className="figure"><h2>{t('map.title')}</h2><Drawn map={map} when={when} /></section>
        <section className="figure"><h2>{t('map.side')}</h2>
          <Chart label={t('map.side')} kind="bars" height={Math.max(160, sorted.length * 30)} names={sorted.map((x) => x.d.name)} format={value} series={[{ name: t('plan.col.value'), values: sorted.map((x) => x.v), tone: 'main' }]} />
        </section>
        <section className="figure"><div className="board-head"><h2>{t('map.table')}</h2><button type="button" className="button is-second no-print" onClick={() => saveBlob(csvOf(map, indicator), `${indicator.key}.csv`)}>{t('plan.download')}</button></div>
          <Rows map={map} when={when} before={days[at - 1]} /></section>
      </div>
    </>
  );
}

function Chosen({ plan, indicator }: { plan: string; indicator: PlanIndicator }) {
  const question = useCall('plan_map', { path: { plan, indicator: indicator.key } });
  return <Show of={question} lines={8}>{(map) => <Days key={map.key} map={map} indicator={indicator} />}</Show>;
}

const figures = (state: PlanState): PlanIndicator[] => {
  const all = state.indicators.filter((i) => i.kind !== 'milestone' && i.series.length > 0);
  return [...all.filter(inTable), ...all.filter((i) => !inTable(i))];
};

/** One indicator over the divisions, on the map and side by side, day by day. */
export function MapPage({ id, plans, indicator }: { id: string; plans: Plan[]; indicator?: string }) {
  const question = useCall('plan', { path: { plan: id } });
  return (
    <Show of={question} lines={10}>{(state) => {
      const list = figures(state);
      const chosen = list.find((i) => i.key === indicator) ?? list[0];
      return (
        <>
          <div className="board-head">
            <h1>{say(state.name)}</h1>
            <div className="row no-print">
              <label>{t('plan.choose')}<select value={id} onChange={(e) => go(link('plan', e.target.value, 'map'))}>{plans.map((p) => <option key={p.id} value={p.id}>{say(p.name)}</option>)}</select></label>
              {chosen && <label>{t('map.indicator')}<select className="map-choice" value={chosen.key} onChange={(e) => go(link('plan', id, 'map', e.target.value))}>{list.map((i) => <option key={i.key} value={i.key}>{i.no !== null ? `${value(i.no)} ${nameOf(i)}` : nameOf(i)}</option>)}</select></label>}
            </div>
          </div>
          {chosen ? <Chosen plan={id} indicator={chosen} /> : <Empty title={t('map.none')}><p>{t('map.noneText')}</p></Empty>}
        </>
      );
    }}</Show>
  );
}
