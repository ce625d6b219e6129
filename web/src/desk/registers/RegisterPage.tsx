import { Button, Input, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Register, RegisterField, RegisterRecord } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { read, say, t, write } from '../../locale';
import { count, day } from '../../locale/format';
import { ExportDialog } from './ExportDialog';
import { DivisionInput } from './FieldInput';
import { show } from './values';

const LIMIT = 50;
interface Filter { q: string; on: string; by: Record<string, string> }
const NONE: Filter = { q: '', on: '', by: {} };
const stored = (register: string) => `mz.register.${register}`;

function savedFilter(register: string): Filter {
  try { return { ...NONE, ...JSON.parse(read(stored(register)) ?? '{}') as Partial<Filter> }; } catch { return NONE; }
}

const filterable = (field: RegisterField) => field.type === 'code' || field.type === 'division' || field.type === 'bool';

function queryOf(filter: Filter) {
  const by = Object.fromEntries(Object.entries(filter.by).filter(([, value]) => value).map(([column, value]) => [column, value === 'true' ? true : value === 'false' ? false : value]));
  return { q: filter.q.trim() || undefined, on: filter.on || undefined, filter: Object.keys(by).length ? JSON.stringify(by) : undefined };
}

function columns(of: Register): TableColumnsType<RegisterRecord> {
  const shown = of.fields.filter((field) => field.list && field.column !== of.title_column);
  const title = of.fields.find((field) => field.column === of.title_column) as RegisterField;
  return [
    { title: say(title.name), key: title.column, render: (_, r) => <a href={link('registers', of.name, r.id)}>{show(title, r)}</a> },
    ...shown.map((field) => ({
      title: say(field.name), key: field.column, className: field.type === 'credit_code' ? 'nowrap number' : 'nowrap',
      align: (field.type === 'int' || field.type === 'money' || field.type === 'decimal' ? 'right' : undefined) as 'right' | undefined,
      render: (_: unknown, r: RegisterRecord) => show(field, r),
    })),
    { title: t('registers.from'), key: 'from', className: 'nowrap', render: (_, r) => day(r.valid_from), responsive: ['lg'] },
  ];
}

function Filters({ of, filter, change }: { of: Register; filter: Filter; change: (next: Partial<Filter>) => void }) {
  const plain = !filter.q && !filter.on && Object.values(filter.by).every((value) => !value);
  const by = (column: string, value: string) => change({ by: { ...filter.by, [column]: value } });
  return (
    <form className="filters" role="search" onSubmit={(e) => e.preventDefault()}>
      <label>{t('registers.search')}<Input value={filter.q} allowClear maxLength={100} onChange={(e) => change({ q: e.target.value })} /></label>
      {of.fields.filter(filterable).map((field) => field.type === 'division'
        ? <label key={field.column} htmlFor={`by-${field.column}`}>{say(field.name)}<DivisionInput id={`by-${field.column}`} value={filter.by[field.column] ?? ''} onChange={(value) => by(field.column, value)} any={t('registers.any')} /></label>
        : (
          <label key={field.column}>{say(field.name)}
            <select value={filter.by[field.column] ?? ''} onChange={(e) => by(field.column, e.target.value)}>
              <option value="">{t('registers.any')}</option>
              {field.type === 'bool' ? <><option value="true">{t('registers.yes')}</option><option value="false">{t('registers.no')}</option></>
                : field.codes.map((code) => <option key={code.code} value={code.code}>{say(code.name)}</option>)}
            </select>
          </label>
        ))}
      <label htmlFor="as-of">{t('registers.on')}<DateField id="as-of" value={filter.on} onChange={(on) => change({ on })} /></label>
      {!plain && <Button type="text" onClick={() => change(NONE)}>{t('cases.clear')}</Button>}
    </form>
  );
}

function List({ of }: { of: Register }) {
  const [filter, setFilter] = useState(() => savedFilter(of.name));
  const [more, setMore] = useState<{ items: RegisterRecord[]; next: string | null } | null>(null);
  const query = { ...queryOf(filter), limit: LIMIT };
  const question = useCall('records', { path: { register: of.name }, query });
  const act = useAct();
  const [exporting, setExporting] = useState(false);
  const change = (next: Partial<Filter>) => {
    const all = { ...filter, ...next };
    setFilter(all);
    setMore(null);
    write(stored(of.name), JSON.stringify(all));
  };
  const cursor = more ? more.next : question.data?.next;
  const load = () => act.run(async () => {
    const page = await call('records', { path: { register: of.name }, query: { ...query, cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.items], next: page.next ?? null }));
  });
  return (
    <>
      <div className="page-head">
        <h1>{say(of.title)}</h1>
        <p className="row">
          {of.may_write && <Button type="primary" href={link('registers', of.name, 'new')}>{t('registers.add')}</Button>}
          <Button onClick={() => setExporting(true)}>{t('registers.export')}</Button>
        </p>
      </div>
      <p className="quiet">{say(of.summary)}</p>
      {exporting && <ExportDialog of={of} query={queryOf(filter)} onClose={() => setExporting(false)} />}
      <Filters of={of} filter={filter} change={change} />
      {act.error && <Problem error={act.error} focus />}
      <Show of={question} lines={8}>{(data) => {
        const items = [...data.items, ...more?.items ?? []];
        if (items.length === 0) return <Empty title={t('registers.nothing')}><p>{t('registers.nothingHint')}</p></Empty>;
        return (
          <>
            <p className="quiet" role="status">{t(data.total_more ? 'registers.shownMany' : 'registers.shown', { n: count(items.length), total: count(data.total) })}</p>
            <Table<RegisterRecord> rowKey="id" columns={columns(of)} dataSource={items} pagination={false} size="middle" scroll={{ x: 'max-content' }} />
            {cursor && <div className="more"><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
          </>
        );
      }}</Show>
    </>
  );
}

/** One register: its records by filters, as of any day. */
export function RegisterPage({ name }: { name: string }) {
  const question = useCall('register', { path: { register: name } });
  return (
    <>
      <p><a href={link('registers')}>{t('registers.back')}</a></p>
      <Show of={question} lines={8}>{(data) => <List key={data.name} of={data} />}</Show>
    </>
  );
}
