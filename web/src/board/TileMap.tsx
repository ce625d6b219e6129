import { useState } from 'react';
import type { Board, BoardDivision } from '../api/types.gen';
import { Empty } from '../components/State';
import { t } from '../locale';
import { count, moneyShort } from '../locale/format';
import { Figure } from './Figure';
import { STEPS, TileKey, Tiles } from './Tiles';

const MEASURES = ['recipients', 'per_thousand', 'open', 'late', 'cases', 'paid_fen'] as const;
type Measure = typeof MEASURES[number];

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
          <Tiles label={t('board.map')} late={measure === 'late'} items={divisions.map((d) => {
            const value = valueOf(d, measure);
            return { code: d.division, name: d.name, x: d.x, y: d.y, step: value === null ? 'none' : stepOf(value, max), text: textOf(value, measure) };
          })} />
          <TileKey low={textOf(0, measure)} high={textOf(max, measure)} late={measure === 'late'} />
          <p className="quiet">{t('board.mapHint')}</p>
        </>
      )}
    </Figure>
  );
}
