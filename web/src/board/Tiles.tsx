import { t } from '../locale';

export const STEPS = 5;

export interface Tile { code: string; name: string; x: number; y: number; step: number | 'none'; text: string }

/** Divisions as labelled tiles, laid out roughly as they lie beside each other. */
export function Tiles({ items, label, late = false }: { items: Tile[]; label: string; late?: boolean }) {
  const left = Math.min(...items.map((d) => d.x)), top = Math.min(...items.map((d) => d.y));
  const wide = Math.max(...items.map((d) => d.x)) - left + 1;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <ul className={`tiles${late ? ' is-late' : ''}`} style={{ gridTemplateColumns: `repeat(${wide}, minmax(62px, 1fr))` }}>
        {items.map((d) => (
          <li key={d.code} data-step={d.step} style={{ gridColumn: d.x - left + 1, gridRow: d.y - top + 1 }}>
            <span className="tile-name">{d.name.replace(new RegExp(`${t('board.cut')}$`), '')}</span>
            <span className="tile-value number">{d.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the shades mean. */
export function TileKey({ low, high, late = false }: { low: string; high: string; late?: boolean }) {
  return <p className="tile-key" aria-hidden="true"><span>{low}</span>{Array.from({ length: STEPS + 1 }, (_, i) => <i key={i} className={late ? 'is-late' : ''} data-step={i} />)}<span>{high}</span></p>;
}
