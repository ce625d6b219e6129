/* A form-js schema as the portal reads it: fields, pages, what is shown, and what
 * a submission holds.  The server's reading (src/form/form.h) is the one that counts;
 * this one follows it.
 *
 * Answers are kept as they are typed (a number is text until it is sent), in the
 * shape of the data, so that a draft never loses a half-written answer. */
import type { Json } from '../api/types.gen';
import { evaluate, type Scope, type Value } from './feel';
import { moment, paddedDate } from './moment';

export type FieldType =
  | 'text' | 'textarea' | 'number' | 'checkbox' | 'radio' | 'select' | 'checklist'
  | 'date' | 'time' | 'datetime' | 'group' | 'list' | 'expression' | 'files' | ShownType;
/** What is shown and asks nothing. */
export type ShownType = 'static' | 'html' | 'image' | 'table' | 'link' | 'preview' | 'separator' | 'spacer';

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
  disabled: boolean | string;
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
  /** What the register may know of it (mz.register); '': nothing. */
  register: string;
  prefix: string;
  suffix: string;
  repetitions: number;
  fixedRows: boolean;
  /** serializeToString */
  asText: boolean;
  zone: '' | 'no_timezone' | 'utc_offset' | 'utc_normalized';
  noPast: boolean;
  multiple: boolean;
  /** What a component that asks nothing shows: a table's source and columns, an address. */
  look: { [name: string]: Json };
  children: Field[];
}

export interface Rules {
  required: boolean; min: string | null; max: string | null; decimals: number | null; step: string | null;
  minLength: string | null; maxLength: string | null; minItems: string | null; maxItems: string | null;
  pattern: string; kind: string;
}

export type Answers = { [name: string]: Json };

type Raw = { [name: string]: Json };
const TYPES: Record<string, FieldType> = {
  textfield: 'text', textarea: 'textarea', number: 'number', checkbox: 'checkbox', radio: 'radio',
  select: 'select', checklist: 'checklist', taglist: 'checklist', group: 'group', dynamiclist: 'list',
  text: 'static', html: 'html', expression: 'expression', filepicker: 'files', separator: 'separator', spacer: 'spacer',
  image: 'image', table: 'table', iframe: 'link', documentPreview: 'preview',
};

export const isObject = (v: unknown): v is { [name: string]: Json } => typeof v === 'object' && v !== null && !Array.isArray(v);
const str = (v: Json | undefined): string => typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '';
const num = (v: Json | undefined): number | null => v === undefined || v === null || v === '' || Number.isNaN(Number(v)) ? null : Number(v);
const limit = (v: Json | undefined): string | null => v === undefined || v === null || v === '' ? null : String(v);

function typeOf(raw: Raw): FieldType | null {
  if (raw.type === 'datetime') return raw.subtype === 'time' ? 'time' : raw.subtype === 'datetime' ? 'datetime' : 'date';
  if (raw.type === 'dynamiclist' && raw.isRepeating === false) return 'group'; // one object at its path
  return TYPES[str(raw.type)] ?? null;
}

/** {label, value}, or the value itself. */
const optionList = (list: Json[]): Option[] => list.map((o) => isObject(o)
  ? { label: str(o.label) || String(o.value ?? ''), value: o.value ?? null }
  : { label: String(o ?? ''), value: o }).filter((o) => o.value !== null && o.value !== '');

function rulesOf(raw: Raw): Rules {
  const v = isObject(raw.validate) ? raw.validate : {};
  return {
    required: v.required === true, min: limit(v.min), max: limit(v.max), decimals: num(raw.decimalDigits),
    step: limit(raw.increment),
    minLength: limit(v.minLength), maxLength: limit(v.maxLength), minItems: limit(v.minItems), maxItems: limit(v.maxItems), pattern: str(v.pattern), kind: str(v.validationType),
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
  const condition = (v: Json | undefined): boolean | string => typeof v === 'string' ? v : v === true;
  return {
    id: str(raw.id) || str(raw.key) || place,
    path: pathOf(raw, type), type,
    label: str(raw.label) || str(raw.dateLabel) || str(raw.timeLabel),
    description: str(raw.description),
    text: str(raw.text) || str(raw.content),
    hide: str(conditional.hide),
    readonly: condition(raw.readonly), disabled: condition(raw.disabled),
    expression: str(raw.expression),
    defaultValue: raw.defaultValue ?? null,
    options: optionList(Array.isArray(raw.values) ? raw.values : []), optionsKey: str(raw.valuesKey), optionsFeel: str(raw.valuesExpression),
    rules: rulesOf(raw),
    why: str(props['mz.why']), plain: str(props['mz.plain']), page: str(props['mz.page']),
    idnum: str(props['mz.idnum']) === 'true', register: str(props['mz.register']),
    prefix: str(look.prefixAdorner), suffix: str(look.suffixAdorner),
    repetitions: num(raw.defaultRepetitions) ?? (raw.allowAddRemove === false ? 1 : 0),
    fixedRows: raw.allowAddRemove === false,
    asText: raw.serializeToString === true,
    zone: ['no_timezone', 'utc_offset', 'utc_normalized'].includes(str(raw.timeSerializingFormat)) ? str(raw.timeSerializingFormat) as Field['zone'] : '',
    noPast: raw.disallowPassedDates === true, multiple: raw.multiple === true,
    look: raw,
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

/* ---- what the register knows ---- */

const REFERENCE = /^register\/\d+\/([\dX*]{18})$/;
/** A number that the register gave: what of it is shown. The server puts the rest. */
export const maskedReference = (field: Field, value: Json | undefined): string | null =>
  field.idnum && field.register && typeof value === 'string' ? REFERENCE.exec(value)?.[1] ?? null : null;

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
    return !NUMBER.test(text) ? undefined : field.asText ? text.replace(/^\+/, '') : Number(text);
  }
  if (field.type === 'date') return paddedDate(String(raw)) ?? undefined;
  if (field.type === 'time' || field.type === 'datetime') return moment(field, String(raw).trim()) ?? undefined;
  if (field.type === 'text' && typeof raw === 'string') return raw.trim().replace(/[\r\n\t]/g, ' ') || undefined;
  if (typeof raw === 'string') return raw.trim() || undefined;
  if (Array.isArray(raw) && raw.length === 0) return undefined;
  return raw;
}

/* ---- what a condition says ---- */

export const shown = (field: Field, scope: Scope): boolean => !field.hide || evaluate(field.hide, scope) !== true;

const says = (condition: boolean | string, scope: Scope): boolean =>
  typeof condition === 'string' ? condition !== '' && evaluate(condition, scope) === true : condition;

/** How far a person may write a field: its own word and that of the groups around. */
export type Lock = 'free' | 'readonly' | 'disabled';
export function lockOf(field: Field, scope: Scope, around: Lock = 'free'): Lock {
  if (around === 'disabled' || says(field.disabled, scope)) return 'disabled';
  return around === 'readonly' || says(field.readonly, scope) ? 'readonly' : 'free';
}

export function optionsFor(field: Field, scope: Scope): Option[] {
  if (!field.optionsFeel && !field.optionsKey) return field.options;
  const found: Value = field.optionsFeel ? evaluate(field.optionsFeel, scope) : scope[field.optionsKey] ?? null;
  return Array.isArray(found) ? optionList(found as Json[]) : [];
}

/** A copy without what is at `path`. */
export function without(data: Json | undefined, path: (string | number)[]): Json {
  const [step, ...rest] = path;
  if (step === undefined || !isObject(data) && !Array.isArray(data)) return data ?? null;
  if (Array.isArray(data)) return data.map((item, i) => i === step ? without(item, rest) : item);
  if (!(step in data)) return data;
  const copy = { ...data };
  if (rest.length === 0) delete copy[step];
  else copy[step] = without(copy[step], rest);
  return copy;
}

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
