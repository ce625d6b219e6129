import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { LedgerStatement } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { count, money, month } from '../../locale/format';

type By = LedgerStatement['by'];
const WAYS: By[] = ['scheme', 'division', 'fund'];
export const FORMATS = ['pdf', 'xlsx', 'csv'] as const;

/** 对账单: what was approved, paid and came back, by scheme, subdistrict or fund; to look at and to take along. */
export function StatementsPage() {
  const { meta } = useSession();
  const year = (meta?.today ?? '').slice(0, 4);
  const [by, setBy] = useState<By>('scheme');
  const [from, setFrom] = useState(`${year}-01`);
  const [to, setTo] = useState((meta?.today ?? '').slice(0, 7));
  const wrong = !from || !to || from > to;
  const query = { by, from, to };
  const list = useCall('ledger_statement', { query, skip: wrong });
  const matters = useCall('matters');
  const divisions = useCall('divisions', { query: { parent: meta?.district ?? undefined }, skip: !meta?.district });
  const act = useAct();
  const nameOf = (key: string) => by === 'scheme' ? say(matters.data?.find((matter) => matter.scheme === key)?.name) || key
    : by === 'division' ? divisions.data?.items.find((one) => one.code === key)?.name ?? key : word('statement.fund', key);
  const save = (format: (typeof FORMATS)[number]) => act.run(async () => saveBlob(await call('ledger_statement_file', { query: { ...query, format } }) as unknown as Blob, `statement-${by}-${from}-${to}.${format}`));
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.statements')}</h1></div>
      <p className="quiet">{t('statement.lead')}</p>
      <form className="filters" onSubmit={(e) => e.preventDefault()}>
        <label htmlFor="statement-by">{t('statement.by')}<select id="statement-by" value={by} onChange={(e) => setBy(e.target.value as By)}>{WAYS.map((one) => <option key={one} value={one}>{t(`statement.by.${one}`)}</option>)}</select></label>
        <label htmlFor="statement-from">{t('statement.from')}<DateField id="statement-from" month value={from} onChange={setFrom} /></label>
        <label htmlFor="statement-to">{t('statement.to')}<DateField id="statement-to" month value={to} onChange={setTo} /></label>
        {FORMATS.map((format) => <Button key={format} disabled={wrong} loading={act.busy} onClick={() => void save(format)}>{t(`statement.file.${format}`)}</Button>)}
      </form>
      {act.error && <Problem error={act.error} />}
      {wrong ? <p className="form-error" role="alert">{t('statement.range')}</p> : (
        <Show of={list} lines={8}>{(data) => data.items.length === 0 ? <Empty title={t('statement.none')} /> : (
          <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.statements')}>
            <table className="grid is-cards">
              <thead><tr><th scope="col">{t(`statement.by.${data.by}`)}</th><th scope="col">{t('life.col.month')}</th>{['count', 'approved', 'paid', 'returned', 'underWay', 'correction'].map((key) => <th key={key} scope="col" className="is-number">{t(`statement.col.${key}`)}</th>)}</tr></thead>
              <tbody>{data.items.map((one) => (
                <tr key={one.key + one.month}>
                  <th scope="row">{nameOf(one.key)}</th>
                  <td data-label={t('life.col.month')}><div>{month(one.month)}</div></td>
                  <td data-label={t('statement.col.count')} className="is-number"><div className="number">{count(one.count)}</div></td>
                  <td data-label={t('statement.col.approved')} className="is-number"><div className="number">{money(one.approved_fen)}</div></td>
                  <td data-label={t('statement.col.paid')} className="is-number"><div className="number">{money(one.paid_fen)}</div></td>
                  <td data-label={t('statement.col.returned')} className="is-number"><div className="number">{money(one.returned_fen)}</div></td>
                  <td data-label={t('statement.col.underWay')} className="is-number"><div className="number">{money(one.under_way_fen)}</div></td>
                  <td data-label={t('statement.col.correction')} className="is-number"><div className="number">{money(one.correction_fen)}</div></td>
                </tr>
              ))}</tbody>
            </table>
            <dl className="figures"><div><dt>{t('statement.col.approved')}</dt><dd className="number">{money(data.approved_fen)}</dd></div><div><dt>{t('statement.col.paid')}</dt><dd className="number">{money(data.paid_fen)}</dd></div></dl>
          </div>
        )}</Show>
      )}
    </>
  );
}
