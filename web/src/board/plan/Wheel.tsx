import type { PlanIndicator } from '../../api/types.gen';
import { t } from '../../locale';

const RADIUS = 80, THICK = 26, SIZE = 220;
const point = (share: number, radius: number): string => {
  const turn = share * 2 * Math.PI - Math.PI / 2;
  return `${(SIZE / 2 + radius * Math.cos(turn)).toFixed(2)} ${(SIZE / 2 + radius * Math.sin(turn)).toFixed(2)}`;
};

/** The plan's promises as a ring: one piece each, in the plan's order, coloured by where it stands. */
export function Wheel({ indicators }: { indicators: PlanIndicator[] }) {
  const n = indicators.length;
  const good = indicators.filter((i) => i.status === 'met' || i.status === 'ahead' || i.status === 'on_track').length;
  if (n === 0) return null;
  return (
    <svg className="wheel" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={t('plan.wheel', { good, n })}>
      {indicators.map((i, k) => {
        const from = k / n + 0.12 / n, to = (k + 1) / n - 0.12 / n, large = to - from > 0.5 ? 1 : 0;
        return <path key={i.key} className={`wheel-part is-${i.status}`} d={`M ${point(from, RADIUS)} A ${RADIUS} ${RADIUS} 0 ${large} 1 ${point(to, RADIUS)} L ${point(to, RADIUS + THICK)} A ${RADIUS + THICK} ${RADIUS + THICK} 0 ${large} 0 ${point(from, RADIUS + THICK)} Z`} />;
      })}
      <text x={SIZE / 2} y={SIZE / 2 + 4} textAnchor="middle" className="wheel-good">{good}<tspan className="wheel-of">/{n}</tspan></text>
      <text x={SIZE / 2} y={SIZE / 2 + 30} textAnchor="middle" className="wheel-text">{t('plan.wheelText')}</text>
    </svg>
  );
}
