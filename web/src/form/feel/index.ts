/* Evaluates the browser's part of FEEL.  Three-valued as the standard says: a
 * comparison with null, or between kinds, is null; an error is null too. */
import type { Json } from '../../api/types.gen';
import { parse, type Node } from './parse';

export { FeelError } from './lex';

export interface FeelDate { $date: string }
export type Value = null | boolean | number | string | FeelDate | Value[] | { [name: string]: Value };
export type Scope = { [name: string]: Value };

const isDate = (v: Value): v is FeelDate =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && typeof (v as FeelDate).$date === 'string' && Object.keys(v).length === 1;
const kind = (v: Value): string => v === null ? 'null' : Array.isArray(v) ? 'list' : isDate(v) ? 'date' : typeof v;
/** Decimal sums in binary floating point: the noise past 15 digits is cut off. */
const exact = (n: number): Value => Number.isFinite(n) ? Number(n.toPrecision(15)) : null;

function equal(a: Value, b: Value): boolean | null {
  if (a === null || b === null) return a === b;
  if (kind(a) !== kind(b)) return null;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    return a.every((item, i) => equal(item, b[i] as Value) === true);
  }
  if (typeof a === 'object' && typeof b === 'object') {
    const [x, y] = [a as Scope, b as Scope];
    const names = Object.keys(x);
    return names.length === Object.keys(y).length && names.every((n) => n in y && equal(x[n] as Value, y[n] as Value) === true);
  }
  return a === b;
}

function compare(sign: string, a: Value, b: Value): boolean | null {
  if (sign === '=') return equal(a, b);
  if (sign === '!=') { const same = equal(a, b); return same === null ? null : !same; }
  if (kind(a) !== kind(b)) return null;
  const [x, y] = isDate(a) && isDate(b) ? [a.$date, b.$date] : [a, b];
  if (typeof x !== 'number' && typeof x !== 'string') return null;
  const less = x < (y as typeof x);
  const more = x > (y as typeof x);
  return sign === '<' ? less : sign === '<=' ? !more : sign === '>' ? more : !less;
}

function arithmetic(sign: string, a: Value, b: Value): Value {
  if (sign === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  if (sign === '+') return exact(a + b);
  if (sign === '-') return exact(a - b);
  if (sign === '*') return exact(a * b);
  return b === 0 ? null : exact(a / b);
}

function logical(sign: string, a: Value, b: Value): Value {
  const decisive = sign === 'or';
  if (a === decisive || b === decisive) return decisive;
  return typeof a === 'boolean' && typeof b === 'boolean' ? !decisive : null;
}

const numbers = (args: Value[]): number[] | null => {
  const list = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  return list.every((v) => typeof v === 'number') ? list as number[] : null;
};
const strings = (args: Value[]): string[] | null => args.every((v) => typeof v === 'string') ? args as string[] : null;

function toDate(value: Value): Value {
  if (isDate(value)) return value;
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? { $date: value } : null;
}

const functions: Record<string, (args: Value[], scope: Scope) => Value> = {
  not: ([v]) => typeof v === 'boolean' ? !v : null,
  count: ([v]) => Array.isArray(v) ? v.length : v === null || v === undefined ? null : 1,
  'list contains': ([list, item]) => Array.isArray(list) ? list.some((v) => equal(v, item ?? null) === true) : null,
  contains: (args) => { const s = strings(args); return s && s.length === 2 ? s[0]!.includes(s[1]!) : null; },
  'starts with': (args) => { const s = strings(args); return s && s.length === 2 ? s[0]!.startsWith(s[1]!) : null; },
  'ends with': (args) => { const s = strings(args); return s && s.length === 2 ? s[0]!.endsWith(s[1]!) : null; },
  'string length': ([v]) => typeof v === 'string' ? [...v].length : null,
  substring: ([v, from, length]) => {
    if (typeof v !== 'string' || typeof from !== 'number' || from === 0) return null;
    const chars = [...v];
    const start = from > 0 ? from - 1 : chars.length + from;
    return chars.slice(start, typeof length === 'number' ? start + length : undefined).join('');
  },
  number: ([v]) => typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v) ? Number(v) : typeof v === 'number' ? v : null,
  odd: ([v]) => typeof v === 'number' ? Math.abs(v % 2) === 1 : null,
  even: ([v]) => typeof v === 'number' ? v % 2 === 0 : null,
  sum: (args) => { const n = numbers(args); return n && n.length > 0 ? exact(n.reduce((a, b) => a + b, 0)) : null; },
  min: (args) => { const n = numbers(args); return n && n.length > 0 ? Math.min(...n) : null; },
  max: (args) => { const n = numbers(args); return n && n.length > 0 ? Math.max(...n) : null; },
  date: ([v]) => toDate(v ?? null),
  today: (_, scope) => toDate(scope['$today'] ?? null),
};

function step(of: Value, name: string): Value {
  if (Array.isArray(of)) return of.map((item) => step(item, name));
  if (isDate(of)) {
    const part = { year: 0, month: 1, day: 2 }[name];
    return part === undefined ? null : Number(of.$date.split('-')[part]);
  }
  return typeof of === 'object' && of !== null ? (of as Scope)[name] ?? null : null;
}

function filter(of: Value, by: Node, scope: Scope): Value {
  const list = Array.isArray(of) ? of : of === null ? [] : [of];
  if (by.op === 'value' || by.op === 'negate' || by.op === 'name') {
    const at = run(by, scope);
    if (typeof at === 'number') return list[at > 0 ? at - 1 : list.length + at] ?? null;
  }
  return list.filter((item) => {
    const inner = typeof item === 'object' && item !== null && !Array.isArray(item) ? { ...scope, ...(item as Scope), item } : { ...scope, item };
    return run(by, inner) === true;
  });
}

function within(value: Value, test: Node, scope: Scope): boolean | null {
  if (test.op === 'test') return compare(test.sign, value, run(test.than, scope));
  if (test.op === 'range') {
    const low = compare(test.open ? '>' : '>=', value, run(test.low, scope));
    const high = compare(test.shut ? '<' : '<=', value, run(test.high, scope));
    return logical('and', low, high) as boolean | null;
  }
  const other = run(test, scope);
  return Array.isArray(other) && !Array.isArray(value)
    ? other.some((item) => equal(value, item) === true)
    : equal(value, other);
}

function quantified(node: Node & { op: 'quantified' }, scope: Scope): Value {
  const found = run(node.list, scope);
  if (found === null) return null;
  const list = Array.isArray(found) ? found : [found];
  const sign = node.every ? 'and' : 'or';
  return list.reduce<Value>((so, item) => logical(sign, so, run(node.test, { ...scope, [node.name]: item })), node.every);
}

function binary(node: Node & { op: 'binary' }, scope: Scope): Value {
  const left = run(node.left, scope);
  const right = run(node.right, scope);
  if (node.sign === 'and' || node.sign === 'or') return logical(node.sign, left, right);
  return '+-*/'.includes(node.sign) ? arithmetic(node.sign, left, right) : compare(node.sign, left, right);
}

function run(node: Node, scope: Scope): Value {
  switch (node.op) {
    case 'value': return node.value;
    case 'name': return Object.prototype.hasOwnProperty.call(scope, node.name) ? scope[node.name] ?? null : null;
    case 'path': return step(run(node.of, scope), node.name);
    case 'filter': return filter(run(node.of, scope), node.by, scope);
    case 'list': return node.items.map((item) => run(item, scope));
    case 'negate': { const v = run(node.of, scope); return typeof v === 'number' ? -v : null; }
    case 'if': return run(run(node.test, scope) === true ? node.then : node.otherwise, scope);
    case 'in': return node.tests.reduce<Value>((so, test) => logical('or', so, within(run(node.of, scope), test, scope)), false);
    case 'quantified': return quantified(node, scope);
    case 'binary': return binary(node, scope);
    case 'call': {
      const name = node.name;
      if (name === 'is defined') return node.args.length === 1 ? run(node.args[0]!, scope) !== null : null;
      const known = Object.prototype.hasOwnProperty.call(functions, name) ? functions[name] : undefined;
      return known ? known(node.args.map((arg) => run(arg, scope)), scope) ?? null : null;
    }
    case 'range': case 'test': return null;
  }
}

const parsed = new Map<string, Node | null>();

/** The value of `text` (a leading "=", as form-js writes it, is allowed); null when it cannot be computed. */
export function evaluate(text: string, scope: Scope): Value {
  const source = text.trim().replace(/^=/, '');
  let node = parsed.get(source);
  if (node === undefined) {
    try { node = parse(source); } catch { node = null; }
    parsed.set(source, node);
  }
  return node ? run(node, scope) : null;
}

/** JSON of a form's data as FEEL values: they are the same but for undefined. */
export const toScope = (data: Json): Scope =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? data as Scope : {};
