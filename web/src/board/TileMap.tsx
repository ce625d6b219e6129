import { useState } from 'react';
import type { Board, BoardDivision } from '../api/types.gen';
import { Empty } from '../components/State';
import { t } from '../locale';
import { count, moneyShort } from '../locale/format';
import { Figure } from './Figure';

const MEASURES = ['recipients', 'per_thousand', 'open', 'late', 'cases', 'paid_fen'] as const;
type Measure = typeof MEASURES[number];
const STEPS = 5;

const valueOf = (d: BoardDivision, measure: Measure): number | null => d[measure] ?? null;
const textOf = (value: number | null, measure: Measure): string => value === null ? t('board.noValue') : measure === 'paid_fen' ? moneyShort(value) : measure === 'per_thousand' ? t('board.perThousand', { n: value }) : count(value);

/** Equal steps from nothing to the largest: 0 (nothing) to STEPS. */
export function stepOf(value: number, max: number): number {
  if (value <= 0 || max <= 0) return 0;
  return Math.min(STEPS, Math.ceil((value / max) * STEPS));
}

/** The subdistricts as labelled tiles, laid out as they lie beside each other. */
export function TileMap({ board }: { board: Board }) {
  const [measure, setMeasure] = useState<Measure>('recipients');
  const { divisions } = board;
  const values = divisions.map((d) => valueOf(d, measure) ?? 0);
  const max = Math.max(0, ...values);
  const left = Math.min(...divisions.map((d) => d.x));
  const top = Math.min(...divisions.map((d) => d.y));
  const wide = Math.max(...divisions.map((d) => d.x)) - left + 1;
  const tools = (
    <label className="no-print">{t('board.measure')}
      <select value={measure} onChange={(e) => setMeasure(e.target.value as Measure)}>{MEASURES.map((code) => <option key={code} value={code}>{t(`board.measure.${code}`)}</option>)}</select>
    </label>
  );
  return (
    <Figure board={board} wide title={t('board.map')} tools={tools} columns={[t('cases.col.division'), ...MEASURES.map((code) => t(`board.measure.${code}`))]}
      rows={divisions.map((d) => [d.name, ...MEASURES.map((code) => textOf(valueOf(d, code), code))])}>
      {divisions.length === 0 ? <Empty title={t('board.noDivisions')} /> : (
        <>
          <div className="scroll" tabIndex={0} role="region" aria-label={t('board.map')}>
            <ul className={`tiles${measure === 'late' ? ' is-late' : ''}`} style={{ gridTemplateColumns: `repeat(${wide}, minmax(76px, 1fr))` }}>
              {divisions.map((d) => {
                const value = valueOf(d, measure);
                return (
                  <li key={d.division} data-step={value === null ? 'none' : stepOf(value, max)} style={{ gridColumn: d.x - left + 1, gridRow: d.y - top + 1 }}>
                    <span className="tile-name">{d.name.replace(new RegExp(`${t('board.cut')}$`), '')}</span>
                    <span className="tile-value number">{textOf(value, measure)}</span>
                  </li>
                );
              })}
            </ul>
          </div>
          <p className="tile-key" aria-hidden="true"><span>{textOf(0, measure)}</span>{Array.from({ length: STEPS + 1 }, (_, i) => <i key={i} className={measure === 'late' ? 'is-late' : ''} data-step={i} />)}<span>{textOf(max, measure)}</span></p>
          <p className="quiet">{t('board.mapHint')}</p>
        </>
      )}
    </Figure>
  );
}
