/* The part of FEEL (DMN 1.3) that conditions of forms use in the browser.
 * The server decides; this only shows and hides, so the rule is to keep to what both
 * agree on (tests/conditions.json) and to answer null for everything else. */

export type Token =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'name'; value: string }
  | { kind: 'op'; value: string }
  | { kind: 'end' };

export class FeelError extends Error {}

/** Functions whose name has spaces; a name is otherwise one word here. */
const PHRASES = [
  'list contains', 'string length', 'starts with', 'ends with', 'upper case', 'lower case',
  'is defined', 'distinct values', 'years and months duration',
];
const OPERATORS = ['<=', '>=', '!=', '..', '**', '(', ')', '[', ']', '{', '}', ',', '.', '<', '>', '=', '+', '-', '*', '/', ':'];
const NAME_START = /[\p{L}_?]/u;
const NAME_PART = /[\p{L}\p{M}\p{N}_?]/u;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', "'": "'" };

function readString(text: string, from: number): [string, number] {
  let value = '';
  let at = from + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') {
      value += ESCAPES[text[at + 1] ?? ''] ?? `\\${text[at + 1] ?? ''}`;
      at += 2;
    } else {
      value += text[at];
      at += 1;
    }
  }
  if (at >= text.length) throw new FeelError('string without an end');
  return [value, at + 1];
}

function readName(text: string, from: number): [string, number] {
  for (const phrase of PHRASES) {
    if (text.startsWith(phrase, from) && !NAME_PART.test(text[from + phrase.length] ?? ' ')) {
      return [phrase, from + phrase.length];
    }
  }
  let at = from;
  while (at < text.length && NAME_PART.test(text[at] as string)) at += 1;
  return [text.slice(from, at), at];
}

export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at] as string;
    if (/\s/.test(c)) { at += 1; continue; }
    if (c === '"') {
      const [value, next] = readString(text, at);
      tokens.push({ kind: 'string', value });
      at = next;
    } else if (/[0-9]/.test(c)) {
      const match = /^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(text.slice(at)) as RegExpExecArray;
      tokens.push({ kind: 'number', value: Number(match[0]) });
      at += match[0].length;
    } else if (NAME_START.test(c)) {
      const [value, next] = readName(text, at);
      tokens.push({ kind: 'name', value });
      at = next;
    } else {
      const op = OPERATORS.find((candidate) => text.startsWith(candidate, at));
      if (!op) throw new FeelError(`unexpected ${c}`);
      tokens.push({ kind: 'op', value: op });
      at += op.length;
    }
  }
  tokens.push({ kind: 'end' });
  return tokens;
}
