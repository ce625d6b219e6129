import type { Task } from '../api/types.gen';
import { t } from '../locale';

const DAY_MS = 86_400_000;

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** How a deadline stands, in words: colour never says it alone. */
export function urgencyText(task: Pick<Task, 'urgency' | 'due_on'>, today: string | undefined): string {
  if (!task.due_on || !today) return t(`urgency.${task.urgency}`);
  const left = daysBetween(today, task.due_on);
  if (left < 0) return left === -1 ? t('urgency.lateByOne') : t('urgency.lateBy', { n: -left });
  return left === 0 ? t('urgency.today') : left === 1 ? t('urgency.inOne') : t('urgency.in', { n: left });
}

/** A limit as the process writes it: P10WD, P7D, PT2H. */
export function limitText(limit: string): string {
  const found = /^P(?:(\d+)(WD|D|M)|T(\d+)H)$/.exec(limit);
  if (!found) return limit;
  return found[3] ? t('limit.H', { n: found[3] }) : t(`limit.${found[2]}`, { n: found[1] ?? '' });
}
