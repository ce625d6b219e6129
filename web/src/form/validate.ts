/* The browser's checks, the same kinds as the server's: they save a round trip, the
 * server's answer is the one that counts. */
import type { Json } from '../api/types.gen';
import { evaluate, type Scope } from './feel';
import { dayHere, moment, paddedDate } from './moment';
import { getAt, isObject, lockOf, maskedReference, optionsFor, shown, typed, type Field, type Lock } from './schema';
import { rowScope, sameJson, topScope } from './settle';

/** `code` is a key under form.error; `vars` fill its sentence; `rows`: the rows it is in, from the outermost. */
export interface Mistake { path: (string | number)[]; code: string; label: string; vars: Record<string, string | number>; rows: { label: string; n: number }[] }

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: 18 characters, a real birth date, and the check character (ISO 7064 mod 11-2). */
export function validIdNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return false;
  if (!paddedDate(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`)) return false;
  const sum = WEIGHTS.reduce((so, weight, i) => so + weight * Number(text[i]), 0);
  return '10X98765432'[sum % 11] === text[17]!.toUpperCase();
}

function bound(text: string | null, scope: Scope): number | null {
  if (text === null) return null;
  const value = text.startsWith('=') ? evaluate(text, scope) : Number(text);
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

type Found = [string, Record<string, string | number>] | null;

/** Of a decimal text, exact: its digits as one integer and how many of them are behind the point. */
function scaled(text: string): [bigint, number] {
  const [whole = '0', part = ''] = text.replace(/^\+/, '').split('.');
  return [BigInt(`${whole || '0'}${part}`.replace(/^-$/, '0')), part.length];
}
function isMultiple(value: string, step: string): boolean {
  if (/e/i.test(value) || /e/i.test(step)) return true;
  const [a, n] = scaled(value);
  const [b, m] = scaled(step);
  const most = Math.max(n, m);
  const divisor = b * 10n ** BigInt(most - m);
  return divisor === 0n || a * 10n ** BigInt(most - n) % divisor === 0n;
}

function numberMistake(field: Field, raw: string, scope: Scope): Found {
  const kept = typed({ ...field, asText: false }, raw);
  if (typeof kept !== 'number') return ['number', {}];
  const { rules } = field;
  const text = String(typed({ ...field, asText: true }, raw));
  const digits = (text.split('.')[1] ?? '').replace(/0+$/, '').length;
  if (rules.decimals !== null && digits > rules.decimals) return rules.decimals === 0 ? ['whole', {}] : ['decimals', { digits: rules.decimals }];
  if (rules.step !== null && !isMultiple(text, rules.step)) return ['step', { step: rules.step }];
  const min = bound(rules.min, scope);
  const max = bound(rules.max, scope);
  if (min !== null && kept < min) return ['min', { min }];
  if (max !== null && kept > max) return ['max', { max }];
  return null;
}

/** How long a text is, or how many entries there are. */
function sizeMistake(n: number, least: string | null, most: string | null, scope: Scope, codes: [string, string]): Found {
  const [min, max] = [bound(least, scope), bound(most, scope)];
  if (min !== null && n < min) return [codes[0], { length: min }];
  return max !== null && n > max ? [codes[1], { length: max }] : null;
}

/** The server's utf8_hidden: controls, marks of direction, zero-width and other characters that
 * make a text read otherwise than it is stored; not the variation selectors. */
const HIDDEN = /(?![\n\r\t\p{Variation_Selector}])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/u;

const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** A mobile number, a landline with its area code, or an international number, however it is grouped. */
function isPhone(text: string): boolean {
  if (!/^\+?[\d\s()-]+$/.test(text)) return false;
  const digits = text.replace(/\D/g, '');
  if (text.startsWith('+')) return digits.length >= 7 && digits.length <= 15;
  if (digits.length === 11 && digits.startsWith('1')) return digits[1]! >= '3';
  if (digits.startsWith('00')) return digits.length >= 9 && digits.length <= 17;
  return digits.startsWith('0') && digits.length >= 10 && digits.length <= 12;
}

function textMistake(field: Field, text: string, scope: Scope): Found {
  const { rules } = field;
  if (maskedReference(field, text)) return null;
  if (field.idnum) return validIdNumber(text.replace(/\s/g, '')) || /^\d{15}$/.test(text) ? null : ['idnum', {}];
  const size = sizeMistake(text.length, rules.minLength, rules.maxLength, scope, ['minLength', 'maxLength']);
  if (size) return size;
  if (rules.pattern) {
    try { if (!new RegExp(rules.pattern).test(text)) return ['pattern', {}]; } catch { return null; }
  }
  if (rules.kind === 'email' && !EMAIL.test(text)) return ['email', {}];
  if (rules.kind === 'phone' && !isPhone(text)) return ['phone', {}];
  return null;
}

function momentMistake(field: Field, text: string, scope: Scope): Found {
  const good = field.type === 'date' ? paddedDate(text) : moment(field, text);
  if (!good) return [field.type === 'time' ? 'time' : 'date', {}];
  const today = scope['$today'];
  return field.noPast && typeof today === 'string' && field.type !== 'time' && dayHere(field, text) < today ? ['past', {}] : null;
}

function choiceMistake(field: Field, raw: Json, scope: Scope): Found {
  const offered = optionsFor(field, scope);
  const one = (value: Json) => offered.some((o) => sameJson(o.value, value));
  if (field.type !== 'checklist') return one(raw) ? null : ['notOffered', {}];
  const list = Array.isArray(raw) ? raw : [raw];
  return list.every(one) ? itemsMistake(field, list.length, scope) : ['notOffered', {}];
}

const itemsMistake = (field: Field, n: number, scope: Scope): Found =>
  sizeMistake(n, field.rules.minItems, field.rules.maxItems, scope, ['minItems', 'maxItems']);

const isEmpty = (field: Field, raw: Json | undefined): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '')
  || (field.type === 'checkbox' && raw === false) || (field.type !== 'list' && Array.isArray(raw) && raw.length === 0)
  || (field.type === 'date' && /^-*$/.test(String(raw)));

function valueMistake(field: Field, raw: Json | undefined, scope: Scope): Found {
  const text = field.type === 'text' || field.type === 'textarea';
  if (text && typeof raw === 'string' && HIDDEN.test(raw)) return ['characters', {}]; // trim() would take some away
  const choice = field.type === 'radio' || field.type === 'select' || field.type === 'checklist';
  if (isEmpty(field, raw)) {
    if (!field.rules.required) return null;
    return [field.type === 'checkbox' ? 'tick' : choice ? 'choose' : 'required', {}];
  }
  if (field.type === 'number') return numberMistake(field, String(raw), scope);
  if (field.type === 'date' || field.type === 'time' || field.type === 'datetime') return momentMistake(field, String(raw).trim(), scope);
  if (choice) return choiceMistake(field, raw as Json, scope);
  if (field.type === 'files') return itemsMistake(field, Array.isArray(raw) ? raw.length : 1, scope);
  return text ? textMistake(field, String(raw).trim(), scope) : null;
}

function listMistake(field: Field, rows: Json[], scope: Scope): Found {
  if (field.rules.required && rows.length === 0) return ['required', {}];
  if (field.fixedRows) return null; // the page neither adds nor removes one
  return rows.length === 0 && field.rules.minItems === null ? null : itemsMistake(field, rows.length, scope);
}

/** Mistakes in the fields that are shown, in their order. `at` is the object around them, `root` all names at the top. */
export function mistakes(fields: Field[], at: Json | undefined, names: Scope, root: Scope, base: (string | number)[] = [], around: Lock = 'free'): Mistake[] {
  const out: Mistake[] = [];
  const scope = topScope(names);
  for (const field of fields) {
    if (!shown(field, scope)) continue;
    const lock = lockOf(field, scope, around);
    const path = [...base, ...field.path];
    const here = field.path.length ? getAt(at, field.path) : undefined;
    const note = (found: Found) => { if (found) out.push({ path, code: found[0], label: field.label, vars: found[1], rows: [] }); };
    if (field.type === 'group') out.push(...mistakes(field.children, field.path.length ? here : at, scope, root, path, lock));
    else if (lock !== 'free' || field.path.length === 0 || field.type === 'expression') continue;
    else if (field.type === 'list') {
      const rows = Array.isArray(here) ? here : [];
      note(listMistake(field, rows, scope));
      rows.forEach((row, i) => out.push(...mistakes(field.children, isObject(row) ? row : {}, rowScope(root, scope, [...path, i]), root, [...path, i])
        .map((mistake) => ({ ...mistake, rows: [{ label: field.label, n: i + 1 }, ...mistake.rows] }))));
    } else note(valueMistake(field, here, scope));
  }
  return out;
}

/** ["成员", 2, "姓名"] as an element's id and as the server writes it. */
export const pathText = (path: (string | number)[]): string =>
  path.reduce<string>((so, step) => typeof step === 'number' ? `${so}[${step}]` : so ? `${so}.${step}` : step, '');
