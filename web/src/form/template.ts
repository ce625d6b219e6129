/* Words that name answers, as form-js has them: "=expression", or a text with {{expression}},
 * {{#if expression}} … {{/if}} and {{#loop expression}} … {{/loop}}; in a loop `this` is the
 * entry, and its members are names.  What cannot be computed leaves nothing. */
import { evaluate, type Scope, type Value } from './feel';

/** Nobody writes longer words; a loop in a loop over what a person sent might. */
const LENGTH_MAX = 20000;

export function wordOf(value: Value): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(wordOf).join(', ');
  if (typeof value === 'object') return '$date' in value ? String(value.$date) : JSON.stringify(value);
  return String(value);
}

/** The end of the block that begins before `from`; -1: it has none. */
function endOf(text: string, from: number, kind: string): number {
  const marks = new RegExp(`\\{\\{(#|/)${kind}\\b[^}]*\\}\\}`, 'g');
  marks.lastIndex = from;
  let open = 1;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    open += mark[1] === '#' ? 1 : -1;
    if (open === 0) return mark.index;
  }
  return -1;
}

function block(kind: string, by: string, body: string, scope: Scope, quote: (s: string) => string): string {
  const value = evaluate(by, scope);
  if (kind === 'if') return value === true ? insert(body, scope, quote) : '';
  let out = '';
  for (const item of Array.isArray(value) ? value : []) {
    const own = typeof item === 'object' && item !== null && !Array.isArray(item) ? item as Scope : {};
    out += insert(body, { ...scope, ...own, this: item, parent: scope as Value }, quote);
    if (out.length > LENGTH_MAX) break;
  }
  return out;
}

function insert(text: string, scope: Scope, quote: (s: string) => string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const from = text.indexOf('{{', at);
    const to = from < 0 ? -1 : text.indexOf('}}', from);
    if (to < 0) return (out + text.slice(at)).slice(0, LENGTH_MAX);
    out += text.slice(at, from);
    const inside = text.slice(from + 2, to).trim();
    const opening = /^#(if|loop)\s+([\s\S]+)$/.exec(inside);
    const end = opening ? endOf(text, to + 2, opening[1]!) : -1;
    at = to + 2;
    if (opening && end >= 0) {
      out += block(opening[1]!, opening[2]!, text.slice(at, end), scope, quote);
      at = text.indexOf('}}', end) + 2;
    } else if (!opening) out += quote(wordOf(evaluate(inside, scope)));
  }
}

/** `quote`: what becomes of an inserted value, where the text is more than plain words. */
export function filled(text: string, scope: Scope, quote: (s: string) => string = (s) => s): string {
  if (text.startsWith('=')) return quote(wordOf(evaluate(text, scope)));
  return text.includes('{{') ? insert(text, scope, quote) : text;
}

export const quoteHtml = (s: string): string =>
  s.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!);
