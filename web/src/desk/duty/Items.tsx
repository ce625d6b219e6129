import type { TaskAssignedItem } from '../../api/types.gen';
import { t } from '../../locale';
import { count } from '../../locale/format';

/** What would happen, or happened, to each of many tasks; `others` says what becomes of those for which it cannot be done. */
export function Items({ items, others }: { items: TaskAssignedItem[]; others: string }) {
  const not = items.filter((item) => !item.done);
  return (
    <>
      <p role="status">{t('many.can', { n: count(items.length - not.length) })}{not.length > 0 && ` ${others}`}</p>
      {not.length > 0 && <ul className="plain">{not.map((item) => <li key={item.task}><span className="number">{item.number ?? t('many.aTask')}</span> <span className="quiet">{item.because}</span></li>)}</ul>}
    </>
  );
}
