/* What conditions see, as the server settles it (src/form/settle.c): answers as they are
 * sent, without what conditions hide, with what is computed.  The fields are gone through
 * in the form's order until a pass changes nothing, at most eight times. */
import type { Json } from '../api/types.gen';
import { evaluate, type Scope, type Value } from './feel';
import { getAt, isObject, lockOf, setAt, shown, typed, without, type Answers, type Field, type Lock } from './schema';

const PASSES_MAX = 8;

/** The names an expression sees, as form-js has them: the data of the whole form, and `this`, `parent`, `i`.
 * `around`: the names of the object around, null at the top. */
export function namesOf(root: Scope, around: Scope | null, here: Value, positions: number[]): Scope {
  const parent = around ? topScope(around)['_this_'] ?? null : null;
  return { this: here, parent, i: positions, ...root, _this_: here, _parent_: parent, _i_: positions };
}

/** The names in one row; `path` is where the row is, from the top of the data. */
export function rowScope(root: Scope, around: Scope, path: (string | number)[]): Scope {
  const row = getAt(root as Json, path);
  return namesOf(root, around, isObject(row) ? row as Scope : {}, path.filter((step) => typeof step === 'number').map((at) => Number(at) + 1));
}

/** The names at the top; a scope that has them already stays. */
export const topScope = (data: Scope): Scope => '_this_' in data ? data : namesOf(data, null, data, []);

export const sameJson = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && sameJson(a[name], b[name]));
};

interface Place { base: (string | number)[]; around: Scope | null; positions: number[]; of?: Answers; names?: Scope }

class Settling {
  moved = true;
  constructor(public data: Answers, private readonly all: Answers, private readonly given: Scope) {}

  names(place: Place): Scope {
    if (place.names && place.of === this.data) return place.names;
    const root: Scope = { ...this.given, ...(this.data as Scope) };
    const here = place.base.length ? getAt(this.data, place.base) ?? {} : root;
    place.of = this.data;
    return place.names = namesOf(root, place.around, here as Value, place.positions);
  }

  put(path: (string | number)[], value: Json | undefined) {
    if (sameJson(getAt(this.data, path), value)) return;
    this.data = (value === undefined ? without(this.data, path) : setAt(this.data, path, value)) as Answers;
    this.moved = true;
  }

  fields(fields: Field[], place: Place, base: (string | number)[], hidden: boolean, around: Lock) {
    for (const field of fields) {
      const path = [...base, ...field.path];
      const names = this.names(place);
      const hide = hidden || !shown(field, names);
      if (field.type === 'group') this.fields(field.children, place, path, hide, hide ? around : lockOf(field, names, around));
      else if (field.path.length === 0) continue;
      else if (hide) this.put(path, undefined);
      else this.field(field, place, path, lockOf(field, names, around), names);
    }
  }

  field(field: Field, place: Place, path: (string | number)[], lock: Lock, names: Scope) {
    const raw = getAt(this.all, path);
    if (field.type === 'expression') {
      const value = evaluate(field.expression, names);
      this.put(path, value === null ? undefined : value as Json);
    } else if (field.type === 'list' && lock === 'free') this.rows(field, names, path, place.positions, raw);
    else this.put(path, lock === 'free' || raw !== undefined && raw !== null ? typed(field, raw) : typed(field, field.defaultValue));
  }

  rows(field: Field, names: Scope, path: (string | number)[], positions: number[], raw: Json | undefined) {
    if (!Array.isArray(raw)) { this.put(path, undefined); return; }
    const seen = getAt(this.data, path);
    if (!Array.isArray(seen) || seen.length !== raw.length) this.put(path, raw);
    raw.forEach((row, i) => {
      if (!isObject(row)) this.put([...path, i], {});
      this.fields(field.children, { base: [...path, i], around: names, positions: [...positions, i + 1] }, [...path, i], false, 'free');
    });
  }
}

/** Everything answered and shown, in its types: what conditions see.  `given`: what the server adds to the names. */
export function dataOf(fields: Field[], answers: Answers, given: Scope = {}): Answers {
  const all = pick(fields, answers, true);
  const settling = new Settling(all, all, given);
  for (let pass = 0; settling.moved && pass < PASSES_MAX; pass++) {
    settling.moved = false;
    settling.fields(fields, { base: [], around: null, positions: [] }, [], false, 'free');
  }
  return settling.data;
}

/** `data` without what is no answer of the form; without computed fields, if asked. */
export function pick(fields: Field[], data: Json | undefined, computed: boolean): Answers {
  let out: Answers = {};
  for (const field of fields) {
    const here = field.path.length ? getAt(data, field.path) : data;
    if (field.type === 'group') {
      const inner = pick(field.children, here, computed);
      if (field.path.length === 0) out = { ...out, ...inner };
      else if (Object.keys(inner).length) out = setAt(out, field.path, { ...(getAt(out, field.path) as Answers | undefined), ...inner }) as Answers;
    } else if (field.path.length && here !== undefined && (computed || field.type !== 'expression')) {
      out = setAt(out, field.path, field.type === 'list' && Array.isArray(here) ? here.map((row) => pick(field.children, row, computed)) : here) as Answers;
    }
  }
  return out;
}

/** What is sent: the data without what the server computes itself. */
export const submission = (fields: Field[], answers: Answers, given: Scope = {}): Answers => pick(fields, dataOf(fields, answers, given), false);
