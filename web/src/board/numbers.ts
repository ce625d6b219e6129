import type { BoardNumber } from '../api/types.gen';
import { t } from '../locale';
import { count, moneyShort, percent } from '../locale/format';

/** A figure with its unit: fen as money, permille as percent, else a count. */
export function figure(value: number, unit: string): string {
  if (unit === 'fen') return moneyShort(value);
  if (unit === 'permille') return percent(value);
  return count(value);
}

export interface Direction { sign: 'up' | 'down' | 'same'; good: boolean | null; text: string }

/** Against the period before: which way, whether that is wanted, in words. */
export function direction(number: BoardNumber): Direction | null {
  if (number.before === null || number.before === undefined) return null;
  const change = number.value - number.before;
  const sign = change > 0 ? 'up' : change < 0 ? 'down' : 'same';
  const good = number.better === 'none' || sign === 'same' ? null : number.better === sign;
  const amount = number.unit === 'permille' ? t('board.points', { n: (Math.abs(change) / 10).toFixed(1) }) : figure(Math.abs(change), number.unit);
  return { sign, good, text: t(`board.change.${sign}`, { n: amount }) };
}
