import { FeelError, lex, type Token } from './lex';

export type Node =
  | { op: 'value'; value: null | boolean | number | string }
  | { op: 'name'; name: string }
  | { op: 'path'; of: Node; name: string }
  | { op: 'filter'; of: Node; by: Node }
  | { op: 'call'; name: string; args: Node[] }
  | { op: 'binary'; sign: string; left: Node; right: Node }
  | { op: 'negate'; of: Node }
  | { op: 'list'; items: Node[] }
  | { op: 'range'; open: boolean; low: Node; high: Node; shut: boolean }
  | { op: 'in'; of: Node; tests: Node[] }
  | { op: 'test'; sign: string; than: Node }
  | { op: 'if'; test: Node; then: Node; otherwise: Node }
  | { op: 'quantified'; every: boolean; name: string; list: Node; test: Node };

const COMPARE = ['=', '!=', '<', '<=', '>', '>='];

class Parser {
  private at = 0;
  constructor(private readonly tokens: Token[]) {}

  private peek(): Token { return this.tokens[this.at] as Token; }
  private is(value: string, kind: 'op' | 'name' = 'op'): boolean {
    const token = this.peek();
    return token.kind === kind && token.value === value;
  }
  private take(value: string, kind: 'op' | 'name' = 'op'): boolean {
    if (!this.is(value, kind)) return false;
    this.at += 1;
    return true;
  }
  private need(value: string, kind: 'op' | 'name' = 'op'): void {
    if (!this.take(value, kind)) throw new FeelError(`${value} expected`);
  }
  private name(): string {
    const token = this.peek();
    if (token.kind !== 'name') throw new FeelError('name expected');
    this.at += 1;
    return token.value;
  }

  whole(): Node {
    const node = this.expression();
    if (this.peek().kind !== 'end') throw new FeelError('text after the end of the expression');
    return node;
  }

  private expression(): Node {
    if (this.take('if', 'name')) {
      const test = this.expression();
      this.need('then', 'name');
      const then = this.expression();
      this.need('else', 'name');
      return { op: 'if', test, then, otherwise: this.expression() };
    }
    if (this.is('some', 'name') || this.is('every', 'name')) {
      const every = this.name() === 'every';
      const name = this.name();
      this.need('in', 'name');
      const list = this.or();
      this.need('satisfies', 'name');
      return { op: 'quantified', every, name, list, test: this.expression() };
    }
    return this.or();
  }

  private or(): Node {
    let left = this.and();
    while (this.take('or', 'name')) left = { op: 'binary', sign: 'or', left, right: this.and() };
    return left;
  }

  private and(): Node {
    let left = this.comparison();
    while (this.take('and', 'name')) left = { op: 'binary', sign: 'and', left, right: this.comparison() };
    return left;
  }

  private comparison(): Node {
    const left = this.sum();
    const token = this.peek();
    if (token.kind === 'op' && COMPARE.includes(token.value)) {
      this.at += 1;
      return { op: 'binary', sign: token.value, left, right: this.sum() };
    }
    if (this.take('between', 'name')) {
      const low = this.sum();
      this.need('and', 'name');
      return { op: 'in', of: left, tests: [{ op: 'range', open: false, low, high: this.sum(), shut: false }] };
    }
    if (this.take('in', 'name')) return { op: 'in', of: left, tests: this.tests() };
    return left;
  }

  private tests(): Node[] {
    if (!this.is('(')) return [this.test()];
    const start = this.at;
    this.at += 1;
    const tests = [this.test()];
    while (this.take(',')) tests.push(this.test());
    if (this.take(')')) return tests;
    // an open range such as (1..5]
    this.at = start;
    return [this.test()];
  }

  private test(): Node {
    const token = this.peek();
    if (token.kind === 'op' && COMPARE.includes(token.value)) {
      this.at += 1;
      return { op: 'test', sign: token.value, than: this.sum() };
    }
    return this.sum();
  }

  private sum(): Node {
    let left = this.product();
    while (this.is('+') || this.is('-')) {
      const sign = (this.peek() as { value: string }).value;
      this.at += 1;
      left = { op: 'binary', sign, left, right: this.product() };
    }
    return left;
  }

  private product(): Node {
    let left = this.unary();
    while (this.is('*') || this.is('/')) {
      const sign = (this.peek() as { value: string }).value;
      this.at += 1;
      left = { op: 'binary', sign, left, right: this.unary() };
    }
    return left;
  }

  private unary(): Node {
    return this.take('-') ? { op: 'negate', of: this.unary() } : this.postfix();
  }

  private postfix(): Node {
    let node = this.primary();
    for (;;) {
      if (this.take('.')) node = { op: 'path', of: node, name: this.name() };
      else if (this.take('[')) {
        node = { op: 'filter', of: node, by: this.expression() };
        this.need(']');
      } else return node;
    }
  }

  private primary(): Node {
    const token = this.peek();
    this.at += 1;
    if (token.kind === 'number' || token.kind === 'string') return { op: 'value', value: token.value };
    if (token.kind === 'name') return this.named(token.value);
    if (token.kind === 'op' && token.value === '(') return this.bracketed();
    if (token.kind === 'op' && (token.value === '[' || token.value === ']')) return this.listed(token.value);
    throw new FeelError('value expected');
  }

  private named(name: string): Node {
    if (name === 'true' || name === 'false') return { op: 'value', value: name === 'true' };
    if (name === 'null') return { op: 'value', value: null };
    if (!this.take('(')) return { op: 'name', name };
    const args: Node[] = [];
    if (!this.take(')')) {
      do args.push(this.expression()); while (this.take(','));
      this.need(')');
    }
    return { op: 'call', name, args };
  }

  private bracketed(): Node {
    const inner = this.expression();
    if (this.take('..')) return this.range(true, inner);
    this.need(')');
    return inner;
  }

  private listed(opening: string): Node {
    if (this.take(']')) return { op: 'list', items: [] };
    const first = this.expression();
    if (this.take('..')) return this.range(opening === ']', first);
    const items = [first];
    while (this.take(',')) items.push(this.expression());
    this.need(']');
    return { op: 'list', items };
  }

  private range(open: boolean, low: Node): Node {
    const high = this.sum();
    if (this.take(']')) return { op: 'range', open, low, high, shut: false };
    if (this.take(')') || this.take('[')) return { op: 'range', open, low, high, shut: true };
    throw new FeelError('range without an end');
  }
}

export const parse = (text: string): Node => new Parser(lex(text)).whole();
