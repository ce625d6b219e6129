import { t } from './index';

const ZONE = 'Asia/Shanghai';
const MINUS = '\u2212';

/** Fen to ¥1,450.00. */
export function money(fen: number): string {
  const yuan = Math.abs(fen) / 100;
  const text = yuan.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${fen < 0 ? MINUS : ''}\u00a5${text}`;
}

/** Fen as a short sum for a chart or a tile: ten-thousands in Chinese, millions in English. */
export function moneyShort(fen: number): string {
  const yuan = fen / 100;
  const unit = Number(t('format.big'));
  if (Math.abs(yuan) < unit) return `\u00a5${Math.round(yuan).toLocaleString('en-US')}`;
  const value = (yuan / unit).toLocaleString('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return t('format.bigMoney', { value });
}

export const count = (value: number): string => value.toLocaleString('en-US').replace('-', MINUS);

/** Permille to a percentage with one digit. */
export const percent = (permille: number): string => `${(permille / 10).toFixed(1)}%`;

function dateParts(y: number, m: number, d: number): string {
  return t('format.date', { y, m, d, month: t(`format.month.${m}`) });
}

/** 2026-11-22 to 2026年11月22日. */
export function day(iso: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? '');
  return match ? dateParts(Number(match[1]), Number(match[2]), Number(match[3])) : iso ?? '';
}

export function month(iso: string): string {
  const match = /^(\d{4})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const m = Number(match[2]);
  return t('format.yearMonth', { y: Number(match[1]), m, month: t(`format.month.${m}`) });
}

function civil(instant: string): { y: number; m: number; d: number; time: string } | null {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return null;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE, year: 'numeric', month: 'numeric', day: 'numeric',
    hour: '2-digit', minute: '2-digit', hour12: false,
  }).formatToParts(at);
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { y: Number(get('year')), m: Number(get('month')), d: Number(get('day')), time: `${get('hour')}:${get('minute')}` };
}

/** An instant's date in Beijing. */
export function dayOf(instant: string | null | undefined): string {
  const c = instant ? civil(instant) : null;
  return c ? dateParts(c.y, c.m, c.d) : instant ?? '';
}

/** An instant's date and time in Beijing. */
export function moment(instant: string | null | undefined): string {
  const c = instant ? civil(instant) : null;
  return c ? `${dateParts(c.y, c.m, c.d)} ${c.time}` : instant ?? '';
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${Math.round(size / 1024)} kB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/** A limit of the pack, P10WD (working days), P7D, P6M, P1Y, in words; anything else as it is. */
export function limit(text: string): string {
  const match = /^P(\d+)(WD|D|M|Y)$/.exec(text);
  if (!match) return text;
  return match[1] === '1' ? t(`limit.one.${match[2]}`) : t(`limit.${match[2]}`, { n: match[1]! });
}
