import { toConfirm } from './confidence';
import type { ParameterUsed } from '../api/types.gen';
import { say, t } from '../locale';
import { day } from '../locale/format';

/** Figures that a decision used, each with where it is written and how sure it is. */
export function Parameters({ items }: { items: ParameterUsed[] }) {
  return (
    <ul className="parameters">
      {items.map((p) => (
        <li key={`${p.name}${p.valid_from}`}>
          <p><strong>{p.label ? say(p.label) : p.name}</strong> <span className="number">{p.value} {p.unit_label ? say(p.unit_label) : p.unit}</span></p>
          <p className="article">{p.citation} · {p.valid_to ? t('parameters.between', { from: day(p.valid_from), to: day(p.valid_to) }) : t('parameters.since', { from: day(p.valid_from) })}</p>
          {toConfirm(p) && <p className={p.confirmed && !p.assumption ? 'mark is-good' : 'mark is-warn'}>{t(p.assumption ? 'parameters.assumed' : p.confirmed ? 'parameters.sure' : 'parameters.toConfirm')}</p>}
        </li>
      ))}
    </ul>
  );
}
