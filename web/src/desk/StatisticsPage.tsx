import { useMemo, useState } from 'react';
import { useCall } from '../api/hooks';
import type { DivisionSteps, StepStatistics, StepTotal } from '../api/types.gen';
import { Empty, Problem, Show, Skeleton } from '../components/State';
import { say, t } from '../locale';
import { count, day } from '../locale/format';
import { ProcessPicture } from './models/ProcessPicture';
import { modelUrl, useModelText } from './models/useModelText';
import { limitText } from './urgency';

const HOUR_S = 3600;
const DAY_S = 86_400;

const took = (seconds: number): string => seconds < HOUR_S ? t('stat.minutes', { n: Math.round(seconds / 60) })
  : seconds < 2 * DAY_S ? t('stat.hours', { n: Math.round(seconds / HOUR_S) }) : t('stat.days', { n: Math.round(seconds / DAY_S) });
const rate = (onTime: number, limited: number): string => limited === 0 ? t('stat.none') : t('stat.rate', { n: Math.round((100 * onTime) / limited), of: count(limited) });

/** How busy a step is, beside the busiest: nothing, little, much, most. */
function busy(step: StepTotal, most: number): 0 | 1 | 2 | 3 {
  if (step.waiting === 0 || most === 0) return 0;
  const share = step.waiting / most;
  return share > 0.66 ? 3 : share > 0.25 ? 2 : 1;
}

/** The process as it is drawn, its busy places in colour and with their numbers. */
function Drawing({ xml, steps }: { xml: string; steps: StepTotal[] }) {
  const most = Math.max(0, ...steps.map((step) => step.waiting));
  const busiest = steps.find((step) => step.waiting === most && most > 0)?.element;
  const marks = steps.filter((step) => busy(step, most) > 0).map((step) => ({ element: step.element, name: `is-busy-${busy(step, most)}`, note: count(step.waiting) }));
  return (
    <>
      <ProcessPicture xml={xml} marks={marks} label={t('stat.picture')} look={busiest} places={busiest ? [{ element: busiest, text: t('stat.toBusiest') }] : []} />
      <p className="legend">{([1, 2, 3] as const).map((level) => <span key={level} className={`key is-busy-${level}`}>{t(`stat.busy.${level}`)}</span>)}</p>
    </>
  );
}

function Steps({ steps }: { steps: StepTotal[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('stat.steps')}>
      <table className="grid">
        <thead><tr>
          <th scope="col">{t('stat.step')}</th><th scope="col" className="is-number">{t('stat.waiting')}</th><th scope="col" className="is-number">{t('stat.longest')}</th>
          <th scope="col" className="is-number">{t('stat.done')}</th><th scope="col" className="is-number">{t('stat.median')}</th><th scope="col" className="is-number">{t('stat.p90')}</th>
          <th scope="col" className="is-number">{t('stat.onTime')}</th><th scope="col" className="is-number">{t('stat.late')}</th>
        </tr></thead>
        <tbody>{steps.map((step) => (
          <tr key={step.element}>
            <th scope="row">{say(step.name)}{step.limit && <small className="quiet"> {limitText(step.limit)}</small>}</th>
            <td className="is-number number">{count(step.waiting)}</td>
            <td className="is-number">{step.waiting > 0 ? took(step.longest_s) : ''}</td>
            <td className="is-number number">{count(step.done)}</td>
            <td className="is-number">{step.done > 0 ? took(step.median_s) : ''}</td>
            <td className="is-number">{step.done > 0 ? took(step.p90_s) : ''}</td>
            <td className="is-number">{rate(step.on_time, step.limited)}</td>
            <td className={`is-number number${step.late_open > 0 ? ' is-bad' : ''}`}>{count(step.late_open)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Divisions({ divisions, steps }: { divisions: DivisionSteps[]; steps: StepTotal[] }) {
  const nameOf = (element: string) => steps.find((step) => step.element === element);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('stat.divisions')}>
      <table className="grid">
        <thead><tr><th scope="col">{t('stat.division')}</th><th scope="col" className="is-number">{t('stat.cases')}</th><th scope="col" className="is-number">{t('stat.open')}</th><th scope="col">{t('stat.waitsAt')}</th><th scope="col" className="is-number">{t('stat.onTime')}</th><th scope="col" className="is-number">{t('stat.late')}</th></tr></thead>
        <tbody>{divisions.map((one) => {
          const most = [...one.steps].sort((a, b) => b.waiting - a.waiting)[0];
          const at = most && most.waiting > 0 ? nameOf(most.element) : undefined;
          return (
            <tr key={one.division}>
              <th scope="row">{one.division_name}</th><td className="is-number number">{count(one.cases)}</td><td className="is-number number">{count(one.open)}</td>
              <td>{at && most ? `${say(at.name)} (${count(most.waiting)})` : ''}</td><td className="is-number">{rate(one.on_time, one.limited)}</td>
              <td className={`is-number number${one.late_open > 0 ? ' is-bad' : ''}`}>{count(one.late_open)}</td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

function Figures({ data }: { data: StepStatistics }) {
  const { text, error } = useModelText(modelUrl(data.matter, data.file));
  const steps = useMemo(() => data.steps.filter((step) => step.done + step.waiting + step.limited > 0), [data.steps]);
  if (data.cases === 0) return <Empty title={t('stat.empty')}><p>{t('stat.emptyHint')}</p></Empty>;
  return (
    <>
      <section className="panel"><h2>{t('stat.picture')}</h2>{error ? <Problem error={error} /> : text ? <Drawing xml={text} steps={steps} /> : <Skeleton lines={6} />}</section>
      <section className="panel"><h2>{t('stat.steps')}</h2><Steps steps={steps} /></section>
      <section className="panel"><h2>{t('stat.divisions')}</h2><Divisions divisions={data.divisions} steps={data.steps} /></section>
    </>
  );
}

/** Where cases stand still: time in each step, what waits, limits kept; from the cases' own history. */
export function StatisticsPage() {
  const [file, setFile] = useState('');
  const question = useCall('step_statistics', { query: { file: file || undefined } });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.statistics')}</h1></div>
      <Show of={question} lines={10}>{(data) => (
        <>
          <div className="filters">
            <label htmlFor="stat-file">{t('stat.process')}</label>
            <select id="stat-file" value={data.file} onChange={(e) => setFile(e.target.value)}>{data.files.map((name) => <option key={name} value={name}>{name}</option>)}</select>
            <span className="quiet">{t('stat.range', { from: day(data.from), until: day(data.until), cases: count(data.cases), open: count(data.open) })}</span>
          </div>
          <Figures data={data} />
        </>
      )}</Show>
    </>
  );
}
