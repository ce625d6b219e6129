import type { PlanIndicator, PlanState } from '../../api/types.gen';
import { language, say, t, word } from '../../locale';

export const STATUSES = ['met', 'ahead', 'on_track', 'at_risk', 'missed', 'no_data'] as const;
export type Status = typeof STATUSES[number];

/** Promised in one of the plan's tables, not in its text alone. */
export const inTable = (i: PlanIndicator): boolean => i.no !== null;
/** Units as the plans print them; in English where there is a word. */
export const unitOf = (i: PlanIndicator): string => (i.unit ? word('plan.unit', i.unit) : '');
export const nameOf = (i: PlanIndicator): string => (language() === 'zh' ? i.name : i.name_en);

/** As printed, or an exact figure; nothing is nothing. */
export function value(v: unknown): string {
  if (v === null || v === undefined || v === '') return t('plan.none');
  return typeof v === 'number' ? v.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(v);
}

const SIGN: Record<string, string> = { '>=': '≥', '<=': '≤' };
export const target = (i: PlanIndicator): string => `${SIGN[i.operator] ?? ''}${value(i.target)}`;

const cell = (v: unknown): string => {
  const text = v === null || v === undefined ? '' : String(v);
  // What a spreadsheet would take for a formula begins with an apostrophe.
  const safe = typeof v === 'string' && /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows as a file that spreadsheets open. */
export const csv = (rows: unknown[][]): Blob => new Blob([`\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' });

export function csvOf(state: PlanState): Blob {
  const head = ['section', 'no', 'name', 'unit', 'base_year', 'base', 'target_year', 'operator', 'target', 'attribute', 'current', 'day', 'source', 'status', 'note'];
  const rows = state.indicators.map((i) => [i.section, i.no, nameOf(i), i.unit, i.base_year, i.base, i.target_year, i.operator, i.target, i.attribute, i.current, i.current_on, i.source, i.status && t(`plan.status.${i.status}`), say(i.note)]);
  return csv([head, ...rows]);
}
