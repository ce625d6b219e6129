/* Components that ask nothing: words, pictures, tables, papers, links.  A frame of another
 * site is shown as a link to it: what a frame shows is not ours, and could pass for it. */
import { useState } from 'react';
import type { Json } from '../api/types.gen';
import { t } from '../locale';
import { evaluate, type Scope, type Value } from './feel';
import { isObject, type Field } from './schema';
import { SafeHtml, safeAddress } from './safeHtml';
import { filled, quoteHtml, wordOf } from './template';
import { Words } from './Words';

const text = (v: Json | undefined): string => typeof v === 'string' ? v : '';

interface Column { key: string; label: string }

function columnsOf(field: Field, scope: Scope, rows: Value[]): Column[] {
  const by = text(field.look.columnsExpression);
  const list: unknown = by ? evaluate(by, scope) : field.look.columns;
  if (Array.isArray(list)) return list.filter(isObject).map((c) => ({ key: text(c.key), label: filled(text(c.label) || text(c.key), scope) }));
  const first = rows.find(isObject);
  return first ? Object.keys(first).map((key) => ({ key, label: key })) : [];
}

/** A data source is a name or an expression. */
function sourceOf(by: string, scope: Scope): Value {
  return by ? evaluate(by, scope) : null;
}

function Table({ field, scope }: { field: Field; scope: Scope }) {
  const [page, setPage] = useState(0);
  const found = sourceOf(text(field.look.dataSource), scope);
  const rows = Array.isArray(found) ? found : [];
  const columns = columnsOf(field, scope, rows);
  const size = typeof field.look.rowCount === 'number' && field.look.rowCount > 0 ? field.look.rowCount : rows.length || 1;
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const from = Math.min(page, last) * size;
  return (
    <div className="form-table" tabIndex={0} role="group" aria-label={filled(field.label, scope) || undefined}>
      <table>
        {field.label && <caption>{filled(field.label, scope)}</caption>}
        <thead><tr>{columns.map((c) => <th key={c.key} scope="col">{c.label}</th>)}</tr></thead>
        <tbody>
          {rows.slice(from, from + size).map((row, i) => (
            <tr key={from + i}>{columns.map((c) => <td key={c.key}>{isObject(row) ? wordOf((row as Scope)[c.key] ?? null) : ''}</td>)}</tr>
          ))}
          {rows.length === 0 && <tr><td colSpan={columns.length || 1}>{t('form.none')}</td></tr>}
        </tbody>
      </table>
      {last > 0 && (
        <p className="form-table-pages">
          <button type="button" className="text-button" disabled={page <= 0} onClick={() => setPage(page - 1)}>{t('form.tableBack')}</button>
          <span>{t('form.tablePage', { page: Math.min(page, last) + 1, pages: last + 1 })}</span>
          <button type="button" className="text-button" disabled={page >= last} onClick={() => setPage(page + 1)}>{t('form.tableNext')}</button>
        </p>
      )}
    </div>
  );
}

/** Papers beside the form: {documentId, endpoint, metadata: {fileName}}; each a link that opens it. */
function Papers({ field, scope }: { field: Field; scope: Scope }) {
  const found = sourceOf(text(field.look.dataSource), scope);
  const list = Array.isArray(found) ? found.filter(isObject) : [];
  return (
    <div className="form-words">
      {field.label && <p className="form-label">{filled(field.label, scope)}</p>}
      <ul>
        {list.map((paper, i) => {
          const about = isObject(paper.metadata) ? paper.metadata : {};
          const href = safeAddress(text(paper.endpoint as Json).replace('{documentId}', encodeURIComponent(text(paper.documentId as Json))));
          const name = text(about.fileName as Json) || text(paper.documentId as Json);
          return <li key={i}>{href ? <a href={href} target="_blank" rel="noopener noreferrer">{name}</a> : name}</li>;
        })}
      </ul>
      {list.length === 0 && <p className="form-none">{t('form.none')}</p>}
    </div>
  );
}

export function Shown({ field, scope, headings }: { field: Field; scope: Scope; headings: boolean }) {
  switch (field.type) {
    case 'static': return <Words text={filled(field.text, scope)} headings={headings} />;
    case 'html': return <SafeHtml html={filled(field.text, scope, quoteHtml)} />;
    case 'separator': return <hr className="form-rule" />;
    case 'spacer': return <div style={{ height: Math.min(Number(field.look.height) || 60, 400) }} />;
    case 'table': return <Table field={field} scope={scope} />;
    case 'preview': return <Papers field={field} scope={scope} />;
    case 'image': {
      const src = safeAddress(filled(text(field.look.source), scope), false);
      return src ? <p className="form-image"><img src={src} alt={filled(text(field.look.alt), scope)} /></p> : null;
    }
    default: {
      const href = safeAddress(filled(text(field.look.url), scope));
      return href ? <p><a href={href} target="_blank" rel="noopener noreferrer">{filled(field.label, scope) || href}</a></p> : null;
    }
  }
}
