/* Dates and times as they are kept; the same reading as src/form/moment.c.  Times without a
 * zone are of Asia/Shanghai, which has had no summer time since 1992. */
import type { Field } from './schema';

/** "1982-1-9" to "1982-01-09"; null when there is no such day. */
export function paddedDate(text: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return null;
  const iso = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : null;
}

const HERE = 8 * 60;
const DAY = 24 * 60;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d)?(Z|([+-])(0\d|1[0-8]):([0-5]\d))?$/;
const two = (n: number): string => String(n).padStart(2, '0');

function nextDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

interface Moment { day: string; minute: number; second: string; zone: number | null }

function read(field: Field, text: string): Moment | null {
  const [day = '', clock = ''] = field.type === 'datetime' ? [text.slice(0, 10), text[10] === 'T' ? text.slice(11) : ''] : ['', text];
  const m = TIME.exec(clock);
  if (!m || (field.type === 'datetime' && paddedDate(day) !== day)) return null;
  const zone = !m[4] ? null : m[4] === 'Z' ? 0 : (m[5] === '-' ? -1 : 1) * (Number(m[6]) * 60 + Number(m[7]));
  return { day, minute: Number(m[1]) * 60 + Number(m[2]), second: m[3] ?? '', zone };
}

/** The same moment as a clock shows it that is `to` minutes east of Greenwich. */
function turned(m: Moment, to: number): Moment {
  const minute = m.minute + to - (m.zone ?? HERE);
  const days = minute < 0 ? -1 : minute >= DAY ? 1 : 0;
  return { ...m, day: m.day && days ? nextDay(m.day, days) : m.day, minute: minute - days * DAY, zone: to };
}

/** A time, or a date with a time, as its field keeps it; null when it is none. */
export function moment(field: Field, text: string): string | null {
  const m = read(field, text);
  if (!m || field.zone === '') return m ? text : null;
  const kept = field.zone === 'utc_normalized' ? turned(m, 0) : field.zone === 'no_timezone' || m.zone === null ? turned(m, HERE) : m;
  const zone = kept.zone ?? 0;
  const sign = field.zone === 'no_timezone' ? '' : field.zone === 'utc_normalized' ? 'Z'
    : `${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`;
  return `${kept.day && `${kept.day}T`}${two(Math.floor(kept.minute / 60))}:${two(kept.minute % 60)}${kept.second}${sign}`;
}

/** The day of a date, or of a date with a time, here; "" for a time. */
export function dayHere(field: Field, text: string): string {
  if (field.type === 'date') return paddedDate(text) ?? '';
  const m = read(field, text);
  return m ? turned(m, HERE).day : '';
}

/** As an input of the page shows it: local, without a zone. */
export function localMoment(field: Field, text: string): string {
  const m = read(field, text);
  if (!m) return text;
  const here = turned(m, HERE);
  return `${here.day && `${here.day}T`}${two(Math.floor(here.minute / 60))}:${two(here.minute % 60)}${here.second}`;
}
