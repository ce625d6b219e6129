import { Button, Table, type TableColumnsType } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Batch } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { count, day, money, month } from '../../locale/format';

export const batchMark = { draft: 'is-now', approved: 'is-good', sent: 'is-good', settled: 'is-good', cancelled: '' } as const;

function columns(opens: boolean): TableColumnsType<Batch> {
  return [
    { title: t('batch.col.month'), key: 'month', render: (_, b) => (opens ? <a href={link('payments', b.id)}>{month(b.month)}</a> : month(b.month)) },
    { title: t('batch.col.state'), key: 'state', render: (_, b) => <span className={`mark ${batchMark[b.state]}`}>{t(`batch.state.${b.state}`)}</span> },
    { title: t('batch.col.count'), key: 'count', align: 'right', render: (_, b) => <span className="number">{count(b.count)}</span> },
    { title: t('batch.col.total'), key: 'total', align: 'right', render: (_, b) => <span className="number">{money(b.total_fen)}</span> },
    { title: t('batch.col.paid'), key: 'paid', align: 'right', render: (_, b) => <span className="number">{money(b.paid_fen)}</span>, responsive: ['md'] },
    { title: t('batch.col.returned'), key: 'returned', align: 'right', render: (_, b) => <span className={`number${b.returned_fen ? ' is-bad' : ''}`}>{money(b.returned_fen)}</span>, responsive: ['md'] },
    { title: t('batch.col.blocked'), key: 'blocked', align: 'right', render: (_, b) => <span className="number">{count(b.blocked.length)}</span>, responsive: ['lg'] },
    { title: t('batch.col.by'), key: 'by', render: (_, b) => <>{b.prepared_by}{b.approved_by && ` \u2192 ${b.approved_by}`}</>, responsive: ['lg'] },
    { title: t('batch.col.due'), key: 'due', render: (_, b) => day(b.due_on), responsive: ['md'] },
  ];
}

function NewBatch({ onDone }: { onDone: (id: string) => void }) {
  const { meta } = useSession();
  const matters = useCall('matters');
  const [period, setPeriod] = useState(meta?.today.slice(0, 7) ?? '');
  const [scheme, setScheme] = useState('');
  const act = useAct();
  const chosen = scheme || matters.data?.[0]?.scheme || '';
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => { const batch = await call('batch_new', { body: { month: period, scheme: chosen } }); onDone(batch.id); });
  };
  return (
    <form className="panel" onSubmit={send}>
      <h2>{t('batch.new')}</h2>
      <p className="quiet">{t('batch.newHint')}</p>
      <div className="filters">
        <label htmlFor="batch-month">{t('batch.col.month')}<DateField id="batch-month" month value={period} onChange={setPeriod} /></label>
        <label>{t('batch.scheme')}
          <select value={chosen} onChange={(e) => setScheme(e.target.value)}>{matters.data?.map((matter) => <option key={matter.scheme} value={matter.scheme}>{say(matter.name)}</option>)}</select>
        </label>
        <Button type="primary" htmlType="submit" disabled={!period || !chosen} loading={act.busy}>{t('batch.prepare')}</Button>
      </div>
      {act.error && <Problem error={act.error} focus />}
    </form>
  );
}

export function BatchesPage() {
  const { roles, mayCall } = useSession();
  const question = useCall('batches');
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.payments')}</h1></div>
      {roles.has('cashier') && <NewBatch onDone={(id) => go(link('payments', id))} />}
      <Show of={question} lines={6}>{({ items }) => items.length === 0
        ? <Empty title={t('batch.none')}><p>{t('batch.noneHint')}</p></Empty>
        : <Table<Batch> rowKey="id" columns={columns(mayCall('batch'))} dataSource={items} pagination={false} size="middle" />}</Show>
    </>
  );
}
