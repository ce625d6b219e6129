import type { RegisterField, RegisterRecord } from '../../api/types.gen';
import { say, t } from '../../locale';
import { count, day, money } from '../../locale/format';

export type Values = Record<string, unknown>;
export const valuesOf = (record: RegisterRecord): Values => record.values as Values;

/** A value as it is read; "" where there is none. */
export function show(field: RegisterField, record: RegisterRecord): string {
  const value = valuesOf(record)[field.column];
  const name = (record.names as Record<string, string | null>)[field.column];
  if (value === null || value === undefined) return '';
  const unit = say(field.unit);
  const counted = (text: string) => (unit ? t('registers.counted', { n: text, unit }) : text);
  switch (field.type) {
    case 'code': { const code = field.codes.find((one) => one.code === value); return code ? say(code.name) : String(value); }
    case 'bool': return t(value ? 'registers.yes' : 'registers.no');
    case 'date': return day(String(value));
    case 'money': return money(Number(value));
    case 'int': return counted(count(Number(value)));
    case 'decimal': return counted(String(value));
    case 'division': case 'ref': return name ?? String(value);
    default: return String(value);
  }
}

/** The text of an input back to what the API takes; undefined: it cannot be read as one. */
export function parse(field: RegisterField, text: string): unknown {
  const plain = text.trim();
  if (!plain) return null;
  if (field.type === 'bool') return plain === 'true';
  if (field.type !== 'int' && field.type !== 'decimal' && field.type !== 'money') return plain;
  const value = Number(plain.replace(/,/g, ''));
  if (!Number.isFinite(value)) return undefined;
  return field.type === 'money' ? Math.round(value * 100) : value;
}

/** A value as it is typed. */
export function typed(field: RegisterField, value: unknown): string {
  if (value === null || value === undefined) return '';
  return field.type === 'money' ? (Number(value) / 100).toFixed(2) : String(value);
}
