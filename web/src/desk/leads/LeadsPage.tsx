import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Lead } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { read, say, t, write } from '../../locale';
import { count, dayOf, money } from '../../locale/format';

interface Filter { class: '' | Lead['class']; state: '' | Lead['state'] }
const STORED = 'mz.leads.filter';
const CLASSES: Lead['class'][] = ['lead', 'possible', 'review'];
const STATES: Lead['state'][] = ['open', 'visit', 'offered', 'closed'];
const LIMIT = 50;
export const leadMark = { lead: 'is-good', possible: '', review: 'is-bad' } as const;

function savedFilter(): Filter {
  const none: Filter = { class: '', state: '' };
  try { return { ...none, ...JSON.parse(read(STORED) ?? '{}') as Partial<Filter> }; } catch { return none; }
}

function columns(): TableColumnsType<Lead> {
  return [
    { title: t('leads.col.name'), key: 'name', className: 'nowrap', render: (_, l) => <a href={link('leads', l.id)}>{l.name || t('leads.noName')}</a> },
    { title: t('leads.col.class'), key: 'class', className: 'nowrap', render: (_, l) => <span className={`mark ${leadMark[l.class]}`}>{t(`leads.class.${l.class}`)}</span> },
    { title: t('leads.col.scheme'), key: 'scheme', render: (_, l) => say(l.scheme_name) },
    { title: t('leads.col.monthly'), key: 'monthly', align: 'right', className: 'nowrap', render: (_, l) => l.monthly_fen ? <span className="number">{money(l.monthly_fen)}</span> : '', responsive: ['md'] },
    { title: t('leads.col.division'), dataIndex: 'division_name', key: 'division', className: 'nowrap', responsive: ['md'] },
    { title: t('leads.col.found'), key: 'found', className: 'nowrap', render: (_, l) => dayOf(l.found_at), responsive: ['lg'] },
    { title: t('leads.col.state'), key: 'state', className: 'nowrap', render: (_, l) => t(`leads.state.${l.state}`) },
  ];
}

/** 主动发现: what the policies find in the registers, as work for the communities. */
export function LeadsPage() {
  const [filter, setFilter] = useState(savedFilter);
  const [more, setMore] = useState<{ items: Lead[]; next: string | null } | null>(null);
  const query = { class: filter.class || undefined, state: filter.state || undefined, limit: LIMIT };
  const question = useCall('leads', { query });
  const act = useAct();
  const change = (next: Partial<Filter>) => {
    const all = { ...filter, ...next };
    setFilter(all);
    setMore(null);
    write(STORED, JSON.stringify(all));
  };
  const cursor = more ? more.next : question.data?.next;
  const load = () => act.run(async () => {
    const page = await call('leads', { query: { ...query, cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next ?? null }));
  });
  const plain = !filter.class && !filter.state;
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.leads')}</h1></div>
      <p className="quiet">{t('leads.lead')}</p>
      <form className="filters" role="search" onSubmit={(e) => e.preventDefault()}>
        <label>{t('leads.col.class')}
          <select value={filter.class} onChange={(e) => change({ class: e.target.value as Filter['class'] })}>
            <option value="">{t('leads.any')}</option>
            {CLASSES.map((name) => <option key={name} value={name}>{t(`leads.class.${name}`)}</option>)}
          </select>
        </label>
        <label>{t('leads.col.state')}
          <select value={filter.state} onChange={(e) => change({ state: e.target.value as Filter['state'] })}>
            <option value="">{t('leads.notClosed')}</option>
            {STATES.map((name) => <option key={name} value={name}>{t(`leads.state.${name}`)}</option>)}
          </select>
        </label>
        {!plain && <Button type="text" onClick={() => change({ class: '', state: '' })}>{t('cases.clear')}</Button>}
      </form>
      <Show of={question} lines={8}>{(data) => {
        const items = [...data.items, ...more?.items ?? []];
        if (items.length === 0) return <Empty title={t('leads.nothing')}><p>{t(plain ? 'leads.nothingYet' : 'cases.nothingFiltered')}</p></Empty>;
        return (
          <>
            <p className="quiet" role="status">{t('leads.shown', { n: count(items.length) })}</p>
            <Table<Lead> rowKey="id" columns={columns()} dataSource={items} pagination={false} size="middle" scroll={{ x: 'max-content' }} />
            {act.error && <Problem error={act.error} />}
            {cursor && <div className="more"><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
          </>
        );
      }}</Show>
    </>
  );
}
