import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Allocation } from '../../api/types.gen';
import { go, link } from '../../components/route';
import { Problem } from '../../components/State';
import { t } from '../../locale';
import { fenOf } from '../benefits/yuan';
import { AllocationSteps } from './AllocationSteps';
import { emptyTable, weightsOf, withWeights } from './table';

const UNITS = [['fen', 1], ['yuan', 100], ['wan', 1000000]] as const;

function Weights({ table, onChange }: { table: string; onChange: (table: string) => void }) {
  const weights = weightsOf(table);
  if (!weights) return null;
  return (
    <fieldset className="funds-weights">
      <legend>{t('funds.weights')}</legend>
      {weights.map((one, i) => (
        <label key={i}>{one.name || t('funds.unnamed')}<Input value={one.weight} inputMode="decimal" maxLength={12} onChange={(e) => onChange(withWeights(table, weights.map((w, k) => (k === i ? { ...w, weight: e.target.value.trim() } : w))))} /></label>
      ))}
    </fieldset>
  );
}

/** A sum is shared out: reckoned as often as wanted, beside an earlier reckoning, then kept for a second person. */
export function AllotmentForm() {
  const { meta } = useSession();
  const divisions = useCall('divisions', { query: { parent: meta?.district ?? undefined }, skip: !meta?.district });
  const [head, setHead] = useState({ year: (meta?.today ?? '').slice(0, 4), fund: '', document: '', total: '' });
  const [unit, setUnit] = useState(100);
  const [table, setTable] = useState('');
  const [result, setResult] = useState<{ of: Allocation; asked: string } | null>(null);
  const [beside, setBeside] = useState<Allocation | null>(null);
  const act = useAct();
  const total = fenOf(head.total);
  const asked = JSON.stringify([total, unit, table]);
  const ready = total !== null && total > 0 && table.trim() !== '';
  const body = () => ({ total_fen: total ?? 0, unit_fen: unit, factors: table });
  const field = (name: keyof typeof head) => ({ value: head[name], onChange: (e: { target: { value: string } }) => setHead({ ...head, [name]: e.target.value }) });
  const reckon = () => act.run(async () => setResult({ of: await call('allotment_try', { body: body() }), asked }));
  const keep = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      const kept = await call('allotment_new', { body: { ...body(), year: Number(head.year), fund: head.fund.trim(), document: head.document.trim() } });
      go(link('funds', kept.id));
    });
  };
  const open = async (file: File | undefined) => { if (file) setTable((await file.text()).replace(/^\ufeff/, '')); };
  return (
    <>
      <p><a href="#/funds">{t('funds.back')}</a></p>
      <div className="page-head"><h1>{t('funds.new')}</h1></div>
      <p className="quiet">{t('funds.newHint')}</p>
      <form className="panel" onSubmit={keep}>
        <div className="filters">
          <label>{t('funds.year')}<Input {...field('year')} inputMode="numeric" maxLength={4} /></label>
          <label>{t('funds.fund')}<Input {...field('fund')} maxLength={40} /></label>
          <label>{t('funds.document')}<Input {...field('document')} maxLength={200} /></label>
          <label>{t('funds.total')}<Input {...field('total')} inputMode="decimal" maxLength={16} /></label>
          <label>{t('funds.unit')}<select value={unit} onChange={(e) => setUnit(Number(e.target.value))}>{UNITS.map(([name, fen]) => <option key={name} value={fen}>{t(`funds.unit.${name}`)}</option>)}</select></label>
        </div>
        <div className="filters">
          <label>{t('funds.file')}<input type="file" accept=".csv,text/csv" onChange={(e) => void open(e.target.files?.[0])} /></label>
          <Button disabled={!divisions.data} onClick={() => setTable(emptyTable((divisions.data?.items ?? []).map((one) => one.code), t('funds.firstFactor')))}>{t('funds.template')}</Button>
        </div>
        <label className="funds-table" htmlFor="funds-table">{t('funds.table')}</label>
        <textarea id="funds-table" rows={10} value={table} spellCheck={false} onChange={(e) => setTable(e.target.value)} aria-describedby="funds-table-hint" />
        <p className="quiet" id="funds-table-hint">{t('funds.tableHint')}</p>
        <Weights table={table} onChange={setTable} />
        <div className="row">
          <Button disabled={!ready} loading={act.busy} onClick={() => void reckon()}>{t('funds.reckon')}</Button>
          {result && <Button disabled={act.busy} onClick={() => setBeside(result.of)}>{t('funds.pin')}</Button>}
          <Button type="primary" htmlType="submit" disabled={!ready || result?.asked !== asked || !head.fund.trim() || !head.document.trim()} loading={act.busy}>{t('funds.keep')}</Button>
        </div>
        {act.error && <Problem error={act.error} focus />}
      </form>
      {result && (
        <section className="panel" aria-labelledby="funds-result">
          <h2 id="funds-result">{t('funds.result')}</h2>
          {result.asked !== asked && <p className="note is-warn">{t('funds.changed')}</p>}
          <AllocationSteps of={result.of} beside={beside} />
        </section>
      )}
    </>
  );
}
