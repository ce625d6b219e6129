import type { Json } from '../api/types.gen';
import { t } from '../locale';
import { day } from '../locale/format';
import { called } from '../locale/words';

/** A fact as a person reads it: dates as dates, yes and no, lists as lists. */
export function factText(value: Json): string {
  if (value === null || value === '') return t('fact.unknown');
  if (value === true) return t('form.yes');
  if (value === false) return t('form.no');
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 4 });
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : called(value);
  if (Array.isArray(value)) return value.length ? value.map(factText).join(t(typeof value[0] === 'object' ? 'form.joinRows' : 'form.join')) : t('fact.none');
  return Object.entries(value).map(([name, inner]) => `${called(name)} ${factText(inner)}`).join(t('form.join'));
}

export function FactValue({ value }: { value: Json }) {
  return <>{factText(value)}</>;
}
