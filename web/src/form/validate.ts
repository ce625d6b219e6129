/* The browser's checks, the same kinds as the server's: they save a round trip, the
 * server's answer is the one that counts. */
import type { Json } from '../api/types.gen';
import { evaluate, type Scope } from './feel';
import { getAt, isObject, paddedDate, rowScope, shown, locked, typed, type Field } from './schema';

/** `code` is a key under form.error; `vars` fill its sentence. */
export interface Mistake { path: (string | number)[]; code: string; label: string; vars: Record<string, string | number> }

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

function numberMistake(field: Field, raw: string, scope: Scope): [string, Record<string, string | number>] | null {
  const value = typed(field, raw);
  if (typeof value !== 'number') return ['number', {}];
  const { rules } = field;
  const min = bound(rules.min, scope);
  const max = bound(rules.max, scope);
  if (min !== null && value < min) return ['min', { min }];
  if (max !== null && value > max) return ['max', { max }];
  const digits = (String(raw).split('.')[1] ?? '').trim().length;
  if (rules.decimals !== null && digits > rules.decimals) return rules.decimals === 0 ? ['whole', {}] : ['decimals', { digits: rules.decimals }];
  return null;
}

/** The server's utf8_hidden: controls, marks of direction, zero-width and other characters that
 * make a text read otherwise than it is stored; not the variation selectors. */
const HIDDEN = /(?![\n\r\t\p{Variation_Selector}])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/u;

function textMistake(field: Field, text: string): [string, Record<string, string | number>] | null {
  const { rules } = field;
  const length = [...text].length;
  if (field.idnum) return validIdNumber(text.replace(/\s/g, '')) || /^\d{15}$/.test(text) ? null : ['idnum', {}];
  if (rules.minLength !== null && length < rules.minLength) return ['minLength', { length: rules.minLength }];
  if (rules.maxLength !== null && length > rules.maxLength) return ['maxLength', { length: rules.maxLength }];
  if (rules.kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return ['email', {}];
  if (rules.kind === 'phone' && !/^[+\d][\d\s()-]{4,}$/.test(text)) return ['phone', {}];
  if (rules.pattern) {
    try { if (!new RegExp(rules.pattern).test(text)) return ['pattern', {}]; } catch { return null; }
  }
  return null;
}

function valueMistake(field: Field, raw: Json | undefined, scope: Scope): [string, Record<string, string | number>] | null {
  const text = field.type === 'text' || field.type === 'textarea';
  if (text && typeof raw === 'string' && HIDDEN.test(raw)) return ['characters', {}]; // trim() would take some away
  const empty = raw === undefined || raw === null || raw === '' || (raw === false && field.type === 'checkbox')
    || (typeof raw === 'string' && raw.trim() === '') || (Array.isArray(raw) && raw.length === 0)
    || (field.type === 'date' && /^-*$/.test(String(raw)));
  if (empty) {
    if (!field.rules.required) return null;
    const choice = ['radio', 'select', 'checklist'].includes(field.type);
    return [field.type === 'checkbox' ? 'tick' : choice ? 'choose' : 'required', {}];
  }
  if (field.type === 'number') return numberMistake(field, String(raw), scope);
  if (field.type === 'date') return paddedDate(String(raw)) ? null : ['date', {}];
  if (text) return textMistake(field, String(raw).trim());
  return null;
}

/** Mistakes in the fields that are shown, in their order. `at` is the object around them. */
export function mistakes(fields: Field[], at: Json | undefined, scope: Scope, root: Scope, base: (string | number)[] = []): Mistake[] {
  const out: Mistake[] = [];
  for (const field of fields) {
    if (!shown(field, scope) || locked(field, scope)) continue;
    const path = [...base, ...field.path];
    const here = field.path.length ? getAt(at, field.path) : undefined;
    if (field.type === 'group') {
      out.push(...mistakes(field.children, field.path.length ? here : at, scope, root, path));
    } else if (field.type === 'list') {
      (Array.isArray(here) ? here : []).forEach((row, i) => {
        const inner = rowScope(root, scope, isObject(row) ? row as Scope : {}, i);
        out.push(...mistakes(field.children, row, inner, root, [...path, i]));
      });
    } else if (field.path.length) {
      const found = valueMistake(field, here, scope);
      if (found) out.push({ path, code: found[0], label: field.label, vars: found[1] });
    }
  }
  return out;
}

/** ["成员", 2, "姓名"] as an element's id and as the server writes it. */
export const pathText = (path: (string | number)[]): string =>
  path.reduce<string>((so, step) => typeof step === 'number' ? `${so}[${step}]` : so ? `${so}.${step}` : step, '');
