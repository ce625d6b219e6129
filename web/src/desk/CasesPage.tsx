import { Button, Checkbox, Input, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { CaseSummary } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { link } from '../components/route';
import { read, say, t, word, write } from '../locale';
import { count, day, money } from '../locale/format';

interface Filter { state: string; number: string; late: boolean }
const STORED = 'mz.cases.filter';
const STATES = ['applied', 'supplement', 'investigating', 'explaining', 'appraising', 'publishing', 'reviewing', 'deciding', 'serving', 'approved', 'refused', 'rejected', 'lapsed', 'withdrawn'];
const LIMIT = 50;

function savedFilter(): Filter {
  const none = { state: '', number: '', late: false };
  try { return { ...none, ...JSON.parse(read(STORED) ?? '{}') as Partial<Filter> }; } catch { return none; }
}

function columns(): TableColumnsType<CaseSummary> {
  return [
    { title: t('cases.col.number'), key: 'number', className: 'nowrap', render: (_, c) => <a href={link('case', c.id)} className="number">{c.number}</a> },
    { title: t('cases.col.applicant'), dataIndex: 'applicant_name', key: 'applicant', className: 'nowrap' },
    { title: t('cases.col.matter'), key: 'matter', render: (_, c) => say(c.matter_name), responsive: ['xxl'] },
    { title: t('cases.col.state'), key: 'state', className: 'nowrap', render: (_, c) => <>{say(c.state_name)}{c.late && <span className="mark is-bad">{t('cases.late')}</span>}</> },
    { title: t('cases.col.division'), dataIndex: 'division_name', key: 'division', className: 'nowrap', responsive: ['md'] },
    { title: t('cases.col.channel'), key: 'channel', className: 'nowrap', render: (_, c) => word('channel', c.channel), responsive: ['xxl'] },
    { title: t('cases.col.applied'), key: 'applied', className: 'nowrap', render: (_, c) => day(c.applied_on), responsive: ['xl'] },
    { title: t('cases.col.due'), key: 'due', className: 'nowrap', render: (_, c) => c.due_on ? <>{day(c.due_on)}{c.due_provisional && <small className="quiet"> {t('due.provisional')}</small>}</> : '', responsive: ['md'] },
    { title: t('cases.col.monthly'), key: 'monthly', align: 'right', render: (_, c) => c.monthly_fen ? <span className="number">{money(c.monthly_fen)}</span> : '', responsive: ['xl'] },
  ];
}

export function CasesPage() {
  const [filter, setFilter] = useState(savedFilter);
  const [number, setNumber] = useState(filter.number);
  const [more, setMore] = useState<{ items: CaseSummary[]; next: string | null } | null>(null);
  const query = { state: filter.state || undefined, number: filter.number || undefined, late: filter.late || undefined, limit: LIMIT };
  const question = useCall('cases', { query });
  const act = useAct();
  const change = (next: Partial<Filter>) => {
    const all = { ...filter, ...next };
    setFilter(all);
    setMore(null);
    write(STORED, JSON.stringify(all));
  };
  const cursor = more ? more.next : question.data?.next;
  const load = () => act.run(async () => {
    const page = await call('cases', { query: { ...query, cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next ?? null }));
  });
  const plain = !filter.state && !filter.number && !filter.late;
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.cases')}</h1></div>
      <form className="filters" role="search" onSubmit={(e) => { e.preventDefault(); change({ number: number.trim() }); }}>
        <label>{t('cases.col.state')}
          <select value={filter.state} onChange={(e) => change({ state: e.target.value })}>
            <option value="">{t('cases.anyState')}</option>
            {STATES.map((state) => <option key={state} value={state}>{t(`state.case.${state}`)}</option>)}
          </select>
        </label>
        <label>{t('cases.col.number')}<Input value={number} allowClear onChange={(e) => { setNumber(e.target.value); if (!e.target.value) change({ number: '' }); }} /></label>
        <Checkbox checked={filter.late} onChange={(e) => change({ late: e.target.checked })}>{t('cases.onlyLate')}</Checkbox>
        <Button htmlType="submit">{t('cases.search')}</Button>
        {!plain && <Button type="text" onClick={() => { setNumber(''); change({ state: '', number: '', late: false }); }}>{t('cases.clear')}</Button>}
      </form>
      <Show of={question} lines={8}>{(data) => {
        const items = [...data.items, ...more?.items ?? []];
        if (items.length === 0) return <Empty title={t('cases.nothing')}><p>{t(plain ? 'cases.nothingYet' : 'cases.nothingFiltered')}</p></Empty>;
        return (
          <>
            <p className="quiet" role="status">{data.total != null ? t('cases.shownOf', { n: count(items.length), of: count(data.total) }) : t('cases.shown', { n: count(items.length) })}</p>
            <Table<CaseSummary> rowKey="id" columns={columns()} dataSource={items} pagination={false} size="middle" scroll={{ x: 'max-content' }} rowClassName={(c) => (c.late ? 'is-late' : '')} />
            {act.error && <Problem error={act.error} />}
            {cursor && <div className="more"><p className="quiet">{t('cases.many')}</p><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
          </>
        );
      }}</Show>
    </>
  );
}
