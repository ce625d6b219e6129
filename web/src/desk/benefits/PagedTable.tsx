import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Loaded } from '../../api/hooks';
import { Empty, Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { count } from '../../locale/format';
import type { usePaged } from './paged';

interface Props<T> {
  list: Pick<ReturnType<typeof usePaged>, 'cursor' | 'load' | 'act'>; first: Omit<Loaded<{ items: T[] }>, 'set'>; more: T[];
  label: string; none: string; hint: string; head: string[]; row: (item: T) => ReactNode;
}

/** The table of a paged list; a card each where the screen is narrow. */
export function PagedTable<T>({ list, first, more, label, none, hint, head, row }: Props<T>) {
  return (
    <Show of={first} lines={8}>{(data) => {
      const items = [...data.items, ...more];
      if (items.length === 0) return <Empty title={none}><p>{hint}</p></Empty>;
      return (
        <>
          <p className="quiet" role="status">{t(list.cursor ? 'life.shownMore' : 'life.shown', { n: count(items.length) })}</p>
          <div className="scroll" tabIndex={0} role="region" aria-label={label}>
            <table className="grid is-cards">
              <thead><tr>{head.map((text) => <th key={text} scope="col">{text}</th>)}</tr></thead>
              <tbody>{items.map(row)}</tbody>
            </table>
          </div>
          {list.act.error && <Problem error={list.act.error} />}
          {list.cursor && <div className="more"><Button onClick={() => void list.load()} loading={list.act.busy}>{t('more')}</Button></div>}
        </>
      );
    }}</Show>
  );
}

/** One question of a list: everything, or one of its states. */
export function StateFilter({ id, value, states, prefix, onChange }: { id: string; value: string; states: readonly string[]; prefix: string; onChange: (value: string) => void }) {
  return (
    <form className="filters" role="search" onSubmit={(e) => e.preventDefault()}>
      <label htmlFor={id}>{t('life.col.state')}
        <select id={id} value={value} onChange={(e) => onChange(e.target.value)}>
          <option value="">{t('life.any')}</option>
          {states.map((state) => <option key={state} value={state}>{t(`life.${prefix}.${state}`)}</option>)}
        </select>
      </label>
    </form>
  );
}
