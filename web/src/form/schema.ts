/* A form-js schema as the portal reads it: fields, pages, what is shown, and what
 * a submission holds.  The server's reading (src/form/form.h) is the one that counts;
 * this one follows it.
 *
 * Answers are kept as they are typed (a number is text until it is sent), in the
 * shape of the data, so that a draft never loses a half-written answer. */
import type { Json } from '../api/types.gen';
import { evaluate, type Scope, type Value } from './feel';

export type FieldType =
  | 'text' | 'textarea' | 'number' | 'checkbox' | 'radio' | 'select' | 'checklist'
  | 'date' | 'time' | 'datetime' | 'group' | 'list' | 'static' | 'expression' | 'files' | 'separator';

export interface Option { label: string; value: Json }

export interface Field {
  id: string;
  /** Where the value is, from the object around it. Empty: carries no data. */
  path: string[];
  type: FieldType;
  label: string;
  description: string;
  text: string;
  hide: string;
  readonly: boolean | string;
  expression: string;
  defaultValue: Json;
  options: Option[];
  optionsKey: string;
  optionsFeel: string;
  rules: Rules;
  why: string;
  plain: string;
  page: string;
  idnum: boolean;
  suffix: string;
  repetitions: number;
  fixedRows: boolean;
  children: Field[];
}

export interface Rules {
  required: boolean; min: string | null; max: string | null; decimals: number | null;
  minLength: number | null; maxLength: number | null; pattern: string; kind: string;
}

export type Answers = { [name: string]: Json };

type Raw = { [name: string]: Json };
const TYPES: Record<string, FieldType> = {
  textfield: 'text', textarea: 'textarea', number: 'number', checkbox: 'checkbox', radio: 'radio',
  select: 'select', checklist: 'checklist', taglist: 'checklist', group: 'group', dynamiclist: 'list',
  text: 'static', html: 'static', expression: 'expression', filepicker: 'files', separator: 'separator',
};

export const isObject = (v: unknown): v is { [name: string]: Json } => typeof v === 'object' && v !== null && !Array.isArray(v);
const str = (v: Json | undefined): string => typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '';
const num = (v: Json | undefined): number | null => v === undefined || v === null || v === '' || Number.isNaN(Number(v)) ? null : Number(v);
const limit = (v: Json | undefined): string | null => v === undefined || v === null || v === '' ? null : String(v);

function typeOf(raw: Raw): FieldType | null {
  if (raw.type === 'datetime') return raw.subtype === 'time' ? 'time' : raw.subtype === 'datetime' ? 'datetime' : 'date';
  return TYPES[str(raw.type)] ?? null;
}

function optionsOf(raw: Raw): Option[] {
  const list = Array.isArray(raw.values) ? raw.values : [];
  return list.filter(isObject).map((o) => ({ label: str(o.label) || String(o.value ?? ''), value: o.value ?? null }));
}

function rulesOf(raw: Raw): Rules {
  const v = isObject(raw.validate) ? raw.validate : {};
  return {
    required: v.required === true, min: limit(v.min), max: limit(v.max), decimals: num(raw.decimalDigits),
    minLength: num(v.minLength), maxLength: num(v.maxLength), pattern: str(v.pattern), kind: str(v.validationType),
  };
}

function pathOf(raw: Raw, type: FieldType): string[] {
  const key = type === 'group' || type === 'list' ? str(raw.path) : str(raw.key);
  return key ? key.split('.') : [];
}

function readField(raw: Raw, place: string): Field | null {
  const type = typeOf(raw);
  if (!type) return null;
  const props = isObject(raw.properties) ? raw.properties : {};
  const conditional = isObject(raw.conditional) ? raw.conditional : {};
  const look = isObject(raw.appearance) ? raw.appearance : {};
  const locked = raw.readonly ?? raw.disabled ?? false;
  return {
    id: str(raw.id) || str(raw.key) || place,
    path: pathOf(raw, type), type,
    label: str(raw.label) || str(raw.dateLabel) || str(raw.timeLabel),
    description: str(raw.description),
    text: str(raw.text) || str(raw.content).replace(/<[^>]*>/g, ' '),
    hide: str(conditional.hide),
    readonly: typeof locked === 'string' ? locked : locked === true || raw.disabled === true,
    expression: str(raw.expression),
    defaultValue: raw.defaultValue ?? null,
    options: optionsOf(raw), optionsKey: str(raw.valuesKey), optionsFeel: str(raw.valuesExpression),
    rules: rulesOf(raw),
    why: str(props['mz.why']), plain: str(props['mz.plain']), page: str(props['mz.page']),
    idnum: str(props['mz.idnum']) === 'true',
    suffix: str(look.suffixAdorner),
    repetitions: num(raw.defaultRepetitions) ?? 0,
    fixedRows: raw.allowAddRemove === false,
    children: readFields(raw.components, place),
  };
}

function readFields(raw: Json | undefined, place: string): Field[] {
  const list = Array.isArray(raw) ? raw : [];
  return list.filter(isObject).map((c, i) => readField(c, `${place}_${i}`)).filter((f): f is Field => f !== null);
}

/** The fields of a schema.  Components that this portal does not know are left out: the server refuses such forms.
 * `words` is the same form in another language: a whole schema, or only its words by page
 * and by the data's path, {pages: {page: title}, fields: {"members.name": {label, options …}}}. */
export function readForm(schema: Json, words: Json = null): Field[] {
  if (isObject(words) && Array.isArray(words.components)) return readForm(words);
  const fields = readFields(isObject(schema) ? schema.components : [], 'f');
  if (!isObject(words)) return fields;
  const pages = isObject(words.pages) ? words.pages : {};
  const byPath = isObject(words.fields) ? words.fields : {};
  return fields.map((field) => reworded(field, [], pages, byPath));
}

function reworded(field: Field, base: string[], pages: Raw, byPath: Raw): Field {
  const path = [...base, ...field.path];
  const found = field.path.length ? byPath[path.join('.')] : undefined;
  const own = isObject(found) ? found : {};
  const options = isObject(own.options) ? own.options : {};
  const pageTitle = field.type === 'group' && field.path.length === 0 ? str(pages[field.page]) : '';
  return {
    ...field,
    label: str(own.label) || pageTitle || field.label,
    description: str(own.description) || field.description,
    why: str(own.why) || field.why, plain: str(own.plain) || field.plain,
    text: str(own.text) || field.text, suffix: str(own.suffix) || field.suffix,
    options: field.options.map((o) => ({ ...o, label: str(options[String(o.value)]) || o.label })),
    children: field.children.map((child) => reworded(child, path, pages, byPath)),
  };
}

/* ---- data by path ---- */

export function getAt(data: Json | undefined, path: (string | number)[]): Json | undefined {
  let here: Json | undefined = data;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isObject(here)) here = here[step];
    else return undefined;
  }
  return here;
}

/** A copy of `data` with `value` at `path`; only what is on the way is copied. */
export function setAt(data: Json | undefined, path: (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(data) ? [...data] : [];
    list[step] = setAt(list[step], rest, value);
    return list;
  }
  const object = isObject(data) ? { ...data } : {};
  object[step] = setAt(object[step], rest, value);
  return object;
}

/* ---- what a value means ---- */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;
/** Digits as people type them: full-width, with commas and spaces. */
const plainNumber = (text: string): string =>
  text.normalize('NFKC').replace(/[,\s]/g, '').replace(/\u00a5/g, '');

/** The value as it is sent; undefined when there is no answer. */
export function typed(field: Field, raw: Json | undefined): Json | undefined {
  if (raw === undefined || raw === null || raw === '') return field.type === 'checkbox' ? false : undefined;
  if (field.type === 'number') {
    const text = plainNumber(String(raw));
    return NUMBER.test(text) ? Number(text) : undefined;
  }
  if (field.type === 'date') return paddedDate(String(raw)) ?? undefined;
  if (typeof raw === 'string') return raw.trim() || undefined;
  if (Array.isArray(raw) && raw.length === 0) return undefined;
  return raw;
}

/** "1982-1-9" to "1982-01-09"; null when there is no such day. */
export function paddedDate(text: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return null;
  const iso = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : null;
}

/* ---- what conditions see ---- */

/** The names an expression sees: of the whole form, and inside a list of the row. */
export function rowScope(root: Scope, parent: Scope, row: Scope, index: number, above: number[] = []): Scope {
  const around: Scope = { this: row, parent, i: [...above, index + 1], _this_: row, _parent_: parent, _i_: [...above, index + 1] };
  return { ...root, ...row, ...around };
}

export const shown = (field: Field, scope: Scope): boolean => !field.hide || evaluate(field.hide, scope) !== true;

export const locked = (field: Field, scope: Scope): boolean =>
  typeof field.readonly === 'string' ? evaluate(field.readonly, scope) === true : field.readonly;

export function optionsFor(field: Field, scope: Scope): Option[] {
  if (field.options.length > 0) return field.options;
  const found: Value = field.optionsFeel ? evaluate(field.optionsFeel, scope) : scope[field.optionsKey] ?? null;
  if (!Array.isArray(found)) return [];
  return found.map((o): Option => isObject(o)
    ? { label: String(o.label ?? o.value ?? ''), value: (o.value ?? null) as Json }
    : { label: String(o), value: o as Json });
}

/* ---- the data of a form ---- */

function collect(fields: Field[], at: Json | undefined, scopeOf: (here: Scope) => Scope, above: number[], root: Scope): Answers {
  let out: Answers = {};
  for (const field of fields) {
    if (!shown(field, scopeOf(out as Scope))) continue;
    if (field.type === 'group') {
      const inner = collect(field.children, getAt(at, field.path), field.path.length ? (o) => scopeOf(setAt(out, field.path, o as Json) as Scope) : (o) => scopeOf({ ...(out as Scope), ...o }), above, root);
      out = field.path.length ? (Object.keys(inner).length ? setAt(out, field.path, inner) as Answers : out) : { ...out, ...inner };
    } else if (field.type === 'list') {
      const rows = getAt(at, field.path);
      const parent = scopeOf(out as Scope);
      const list = (Array.isArray(rows) ? rows : []).map((row, i) =>
        collect(field.children, row, (here) => rowScope(root, parent, here, i, above), [...above, i + 1], { ...root, ...(out as Scope) }));
      out = setAt(out, field.path, list) as Answers;
    } else if (field.type === 'expression') {
      const value = evaluate(field.expression, scopeOf(out as Scope));
      if (field.path.length) out = setAt(out, field.path, value as Json) as Answers;
    } else if (field.path.length) {
      const value = typed(field, getAt(at, field.path));
      if (value !== undefined) out = setAt(out, field.path, value) as Answers;
    }
  }
  return out;
}

/** Everything answered and shown, in its types: what conditions see.  `given`: what the server adds to the names. */
export function dataOf(fields: Field[], answers: Answers, given: Scope = {}): Answers {
  // A condition may ask about a field that comes later: a second look sees them all.
  const before: Scope = { ...given, ...(answers as Scope) };
  const first = collect(fields, answers, (here) => ({ ...before, ...here }), [], before);
  const after: Scope = { ...given, ...(first as Scope) };
  return collect(fields, answers, (here) => ({ ...after, ...here }), [], after);
}

function dropExpressions(fields: Field[], data: Answers): Answers {
  let out = data;
  for (const field of fields) {
    if (field.type === 'expression' && field.path.length) out = without(out, field.path);
    if (field.type === 'group') {
      const inner = field.path.length ? getAt(out, field.path) : out;
      if (isObject(inner)) {
        const clean = dropExpressions(field.children, inner);
        out = field.path.length ? setAt(out, field.path, clean) as Answers : clean;
      }
    }
    if (field.type === 'list') {
      const rows = getAt(out, field.path);
      if (Array.isArray(rows)) out = setAt(out, field.path, rows.map((row) => isObject(row) ? dropExpressions(field.children, row) : row)) as Answers;
    }
  }
  return out;
}

function without(data: Answers, path: string[]): Answers {
  const [step, ...rest] = path;
  if (step === undefined || !(step in data)) return data;
  const copy = { ...data };
  const inner = copy[step];
  if (rest.length === 0) delete copy[step];
  else if (isObject(inner)) copy[step] = without(inner, rest);
  return copy;
}

/** What is sent: the data without what the server computes itself. */
export const submission = (fields: Field[], answers: Answers, given: Scope = {}): Answers => dropExpressions(fields, dataOf(fields, answers, given));

/** Answers before the first question: defaults, and the first rows of lists. */
export function initial(fields: Field[], given: Answers = {}): Answers {
  let out = given;
  for (const field of fields) {
    if (field.type === 'group') {
      const inner = initial(field.children, (field.path.length ? (getAt(out, field.path) as Answers | undefined) ?? {} : out));
      if (Object.keys(inner).length) out = field.path.length ? setAt(out, field.path, inner) as Answers : { ...out, ...inner };
    } else if (field.type === 'list') {
      if (getAt(out, field.path) === undefined && field.repetitions > 0) {
        out = setAt(out, field.path, Array.from({ length: field.repetitions }, () => initial(field.children))) as Answers;
      }
    } else if (field.path.length && field.defaultValue !== null && getAt(out, field.path) === undefined) {
      out = setAt(out, field.path, field.defaultValue) as Answers;
    }
  }
  return out;
}

/** The field whose value stands at the top of the data under `name`. */
export function fieldAt(fields: Field[], name: string): Field | undefined {
  for (const field of fields) {
    if (field.type === 'group' && field.path.length === 0) {
      const inner = fieldAt(field.children, name);
      if (inner) return inner;
    } else if (field.path.length === 1 && field.path[0] === name) return field;
  }
  return undefined;
}
