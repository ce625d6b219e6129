import { useEffect, useRef } from 'react';
import { t } from '../locale';

export interface SummaryItem { id: string; text: string }

/** Everything that is wrong, at the top, each with a way to its place. */
export function ErrorSummary({ items, round, onPick }: { items: SummaryItem[]; round: number; onPick?: (id: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const many = items.length > 0;
  useEffect(() => { if (many) box.current?.focus(); }, [round, many]);
  if (!many) return null;
  const jump = (id: string) => {
    if (onPick) onPick(id);
    const target = document.getElementById(id);
    const input = target?.matches('fieldset') ? target.querySelector<HTMLElement>('input, select') : target;
    input?.focus();
    target?.scrollIntoView({ block: 'center' });
  };
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{t('form.summary')}</h2>
      <ul>{items.map((item) => <li key={item.id}><button type="button" className="text-button" onClick={() => jump(item.id)}>{item.text}</button></li>)}</ul>
    </div>
  );
}
