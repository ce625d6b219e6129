import { Alert, Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Batch, BatchDetail, BatchLine, LedgerLine } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { count, day, money, moment, month } from '../../locale/format';
import { BatchActs } from './BatchActs';
import { batchMark } from './BatchesPage';
import { Preview } from './Preview';
import { Reissue } from './Reissue';

const STATES = ['prepared', 'approved', 'sent', 'paid', 'returned', 'cancelled'] as const;
type LineState = typeof STATES[number];

function Facts({ batch }: { batch: Batch }) {
  return (
    <dl className="figures">
      <div><dt>{t('batch.col.total')}</dt><dd className="number">{money(batch.total_fen)}</dd></div>
      <div><dt>{t('batch.col.count')}</dt><dd className="number">{count(batch.count)}</dd></div>
      <div><dt>{t('batch.col.paid')}</dt><dd className="number">{money(batch.paid_fen)}</dd></div>
      <div><dt>{t('batch.col.returned')}</dt><dd className={`number${batch.returned_fen ? ' is-bad' : ''}`}>{money(batch.returned_fen)}</dd></div>
      <div><dt>{t('batch.col.due')}</dt><dd>{day(batch.due_on)}</dd></div>
    </dl>
  );
}

function BlockedList({ batch }: { batch: Batch }) {
  if (batch.blocked.length === 0) return null;
  return (
    <Alert type="warning" showIcon message={t('batch.blocked', { n: batch.blocked.length })}
      description={<ul className="plain">{batch.blocked.map((item) => <li key={item.entitlement}>{say(item.reason)} <span className="number">{money(item.amount_fen)}</span></li>)}</ul>} />
  );
}

function lineColumns(reload: () => void): TableColumnsType<BatchLine> {
  return [
    { title: t('party.name'), dataIndex: 'name', key: 'name' },
    { title: t('batch.col.account'), key: 'account', render: (_, line) => <span className="number">{line.account_masked}</span>, responsive: ['sm'] },
    { title: t('batch.col.amount'), key: 'amount', align: 'right', render: (_, line) => <span className="number">{money(line.amount_fen)}</span> },
    { title: t('batch.col.state'), key: 'state', render: (_, line) => <><span className={line.state === 'returned' ? 'mark is-bad' : undefined}>{word('payment.state', line.state)}</span>{line.reason && <span className="quiet"> {say(line.reason)}</span>}{line.reissued && <span className="quiet"> {t('reissue.ordered', { reason: line.reissued })}</span>}{line.may_reissue && <> <Reissue line={line} onDone={reload} /></>}</> },
  ];
}

function Ledger({ lines }: { lines: LedgerLine[] }) {
  if (lines.length === 0) return null;
  const debit = lines.reduce((so, line) => so + line.debit_fen, 0);
  const credit = lines.reduce((so, line) => so + line.credit_fen, 0);
  return (
    <section className="panel">
      <h2>{t('ledger.title')} <span className={`mark ${debit === credit ? 'is-good' : 'is-bad'}`}>{t(debit === credit ? 'ledger.balanced' : 'ledger.unbalanced')}</span></h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('ledger.title')}>
        <table className="grid">
          <thead><tr><th scope="col">{t('ledger.account')}</th><th scope="col" className="is-number">{t('ledger.debit')}</th><th scope="col" className="is-number">{t('ledger.credit')}</th></tr></thead>
          <tbody>{lines.map((line, i) => <tr key={i}><th scope="row"><span className="number quiet">{line.account}</span> {say(line.name)}</th><td className="is-number number">{line.debit_fen ? money(line.debit_fen) : ''}</td><td className="is-number number">{line.credit_fen ? money(line.credit_fen) : ''}</td></tr>)}</tbody>
          <tfoot><tr><th scope="row">{t('decision.total')}</th><td className="is-number number">{money(debit)}</td><td className="is-number number">{money(credit)}</td></tr></tfoot>
        </table>
      </div>
    </section>
  );
}

function Lines({ detail, state, reload }: { detail: BatchDetail; state: LineState | ''; reload: () => void }) {
  const [more, setMore] = useState<{ lines: BatchLine[]; next: string | null } | null>(null);
  const act = useAct();
  const cursor = more ? more.next : detail.next;
  const load = () => act.run(async () => {
    const page = await call('batch', { path: { batch: detail.batch.id }, query: { cursor, state: state || undefined } });
    setMore((old) => ({ lines: [...old?.lines ?? [], ...page.lines], next: page.next ?? null }));
  });
  const lines = [...detail.lines, ...more?.lines ?? []];
  if (lines.length === 0) return <Empty title={t('batch.noLines')} />;
  return (
    <>
      <Table<BatchLine> rowKey="id" columns={lineColumns(reload)} dataSource={lines} pagination={false} size="small" />
      {act.error && <Problem error={act.error} />}
      {cursor && <div className="more"><Button loading={act.busy} onClick={() => void load()}>{t('more')}</Button></div>}
    </>
  );
}

export function BatchPage({ id }: { id: string }) {
  const [state, setState] = useState<LineState | ''>('');
  const question = useCall('batch', { path: { batch: id }, query: { state: state || undefined } });
  return (
    <Show of={question} lines={8}>{(detail) => {
      const { batch } = detail;
      return (
        <>
          <div className="page-head">
            <h1>{month(batch.month)} <span className={`mark ${batchMark[batch.state]}`}>{t(`batch.state.${batch.state}`)}</span></h1>
            <p className="quiet">{t('batch.preparedBy', { by: batch.prepared_by, at: moment(batch.prepared_at) })}{batch.approved_by && ` \u00b7 ${t('batch.approvedBy', { by: batch.approved_by, at: moment(batch.approved_at) })}`}</p>
          </div>
          <Facts batch={batch} />
          <BatchActs batch={batch} reload={question.reload} />
          <BlockedList batch={batch} />
          {batch.state === 'draft' && <Preview key={batch.version} batch={batch} />}
          <section className="panel">
            <div className="filters">
              <h2>{t('batch.lines')}</h2>
              <label>{t('batch.col.state')}
                <select value={state} onChange={(e) => setState(e.target.value as LineState | '')}>
                  <option value="">{t('batch.allStates')}</option>
                  {STATES.map((code) => <option key={code} value={code}>{t(`payment.state.${code}`)}</option>)}
                </select>
              </label>
            </div>
            <Lines key={`${state}${batch.version}`} detail={detail} state={state} reload={question.reload} />
          </section>
          <Ledger lines={detail.ledger} />
          {batch.file_sha && <p className="quiet">{t('batch.file')} <code>{batch.file_sha}</code></p>}
        </>
      );
    }}</Show>
  );
}
