/* How a form becomes pages: neighbours with the same mz.page stand together, every
 * other question alone.  Words without a page go with the question after them. */
import type { Json } from '../api/types.gen';
import type { Scope } from './feel';
import { getAt, maskedReference, optionsFor, shown, type Answers, type Field } from './schema';
import { filled } from './template';
import { dataOf, rowScope, topScope } from './settle';

export interface FormPage { id: string; title: string; fields: Field[] }

export const asks = (field: Field): boolean => !['static', 'html', 'image', 'table', 'link', 'preview', 'separator', 'spacer', 'expression'].includes(field.type);
/** A code such as "family-2" names a page for authors; anything else is a title for people. */
const isTitle = (page: string): boolean => page !== '' && !/^[\w.-]+$/.test(page);

function titleOf(fields: Field[]): string {
  const named = fields.find((field) => isTitle(field.page));
  if (named) return named.page;
  const heading = fields.find((field) => field.type === 'static' && /^#{1,3} /.test(field.text));
  if (heading) return heading.text.split('\n')[0]!.replace(/^#+ /, '');
  return fields.find((field) => asks(field) && field.label)?.label ?? '';
}

export function pagesOf(fields: Field[]): FormPage[] {
  const groups: Field[][] = [];
  let words: Field[] = [];
  for (const field of fields) {
    const last = groups[groups.length - 1];
    const page = field.page;
    const joins = last && page !== '' && last.some((other) => other.page === page);
    if (joins) last.push(...words, field);
    else if (!asks(field) && page === '') { words.push(field); continue; }
    else groups.push([...words, field]);
    words = [];
  }
  if (words.length > 0) (groups[groups.length - 1] ?? groups[groups.push([]) - 1]!).push(...words);
  return groups.map((group) => ({
    id: (group.find(asks) ?? group[0]!).id, title: titleOf(group), fields: group,
  }));
}

const anythingShown = (fields: Field[], names: Scope, scope = topScope(names)): boolean =>
  fields.some((field) => shown(field, scope) && (field.type === 'group' ? anythingShown(field.children, scope) : asks(field)));

/** The questions of a page that are shown, groups opened. */
export const questionsOf = (fields: Field[], names: Scope, scope = topScope(names)): Field[] =>
  fields.filter((field) => shown(field, scope)).flatMap((field) => field.type === 'group' ? questionsOf(field.children, scope) : asks(field) ? [field] : []);

export const visiblePages = (pages: FormPage[], scope: Scope): FormPage[] =>
  pages.filter((page) => anythingShown(page.fields, scope));

export interface AnswerRow { label: string; value: string; path: (string | number)[]; depth: number; heading: boolean }

export interface Words {
  yes: string; no: string; none: string; join: string;
  day: (iso: string) => string;
  entry: (label: string, n: number) => string;
}

function valueText(field: Field, value: Json | undefined, scope: Scope, words: Words): string {
  if (value === undefined || value === null || value === '') return words.none;
  if (field.type === 'checkbox') return value === true ? words.yes : words.no;
  if (field.type === 'date') return words.day(String(value));
  const label = (code: Json) => optionsFor(field, scope).find((o) => String(o.value) === String(code))?.label ?? String(code);
  if (Array.isArray(value)) return value.length ? value.map(label).join(words.join) : words.none;
  const text = maskedReference(field, value) ?? label(value);
  return [filled(field.prefix, scope), text, filled(field.suffix, scope)].filter(Boolean).join(' ');
}

function rowsOf(fields: Field[], data: Json | undefined, scope: Scope, base: (string | number)[], depth: number, words: Words, root: Scope): AnswerRow[] {
  const out: AnswerRow[] = [];
  for (const field of fields) {
    if (!asks(field) || !shown(field, scope)) continue;
    const path = [...base, ...field.path];
    const here = getAt(data, field.path);
    if (field.type === 'group') {
      out.push(...rowsOf(field.children, field.path.length ? here : data, scope, path, depth, words, root));
    } else if (field.type === 'list') {
      const rows = Array.isArray(here) ? here : [];
      if (rows.length === 0) out.push({ label: filled(field.label, scope), value: words.none, path, depth, heading: false });
      rows.forEach((row, i) => {
        out.push({ label: words.entry(filled(field.label, scope), i + 1), value: '', path: [...path, i], depth, heading: true });
        const inner = rowScope(root, scope, [...path, i]);
        out.push(...rowsOf(field.children, row, inner, [...path, i], depth + 1, words, root));
      });
    } else {
      out.push({ label: filled(field.label, scope), value: valueText(field, here, scope, words), path, depth, heading: false });
    }
  }
  return out;
}

/** Everything a person said, as rows for "check your answers". */
export function answerRows(fields: Field[], all: Field[], answers: Answers, words: Words): AnswerRow[] {
  const data = dataOf(all, answers);
  return rowsOf(fields, data, topScope(data as Scope), [], 0, words, data as Scope);
}

/** The page that holds `path` ("成员[2].姓名" as the server writes it, or parts). */
export function pageHolding(pages: FormPage[], path: string): FormPage | undefined {
  const plain = path.replace(/\[\d+\]/g, '');
  const holds = (field: Field, base: string): boolean => {
    const own = [...(base ? [base] : []), ...field.path].join('.');
    if (field.type === 'group') return field.children.some((child) => holds(child, own));
    return field.path.length > 0 && (plain === own || plain.startsWith(`${own}.`));
  };
  return pages.find((page) => page.fields.some((field) => holds(field, '')));
}
