import type { ReactNode } from 'react';
import type { Board } from '../api/types.gen';
import { t } from '../locale';
import { moment } from '../locale/format';

interface Props { board: Board; title: string; columns: string[]; rows: (string | ReactNode)[][]; wide?: boolean; tools?: ReactNode; children: ReactNode }

/** A chart with its table, its source, its date and the log head. */
export function Figure({ board, title, columns, rows, wide = false, tools, children }: Props) {
  return (
    <figure className={`figure${wide ? ' is-wide' : ''}`}>
      <figcaption><h2>{title}</h2>{tools}</figcaption>
      {children}
      <details>
        <summary>{t('board.table')}</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={t('board.tableOf', { title })}>
          <table className="grid">
            <caption className="hidden">{title}</caption>
            <thead><tr>{columns.map((column, i) => <th key={i} scope="col" className={i ? 'is-number' : undefined}>{column}</th>)}</tr></thead>
            <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, j) => j === 0 ? <th key={j} scope="row">{cell}</th> : <td key={j} className="is-number number">{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
      <p className="figure-source quiet">{t('board.sourceOf', { at: moment(board.as_of) })} <code>{board.log_head.slice(0, 12)}</code></p>
    </figure>
  );
}
