import type { Decision, Json } from '../../api/types.gen';
import { factText } from '../../components/FactValue';
import { say, t } from '../../locale';
import { called } from '../../locale/words';

type Row = { [name: string]: Json };

const nameOf = (value: Decision['values'][number]): string => value.label ? say(value.label) : called(value.name);
const isRow = (value: Json): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: Json): boolean => !isRow(value) && !(Array.isArray(value) && value.some(isRow));

/** A list of people or amounts: a row each, a column for every name that occurs. */
function Rows({ name, rows }: { name: string; rows: Row[] }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <details>
      <summary>{name} <span className="quiet">{t('rules.rows', { count: rows.length })}</span></summary>
      <div className="scroll" tabIndex={0} role="region" aria-label={name}>
        <table className="grid">
          <thead><tr>{columns.map((column) => <th key={column} scope="col">{called(column)}</th>)}</tr></thead>
          <tbody>{rows.map((row, i) => <tr key={i}>{columns.map((column) => <td key={column}>{column in row ? factText(row[column] ?? null) : ''}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </details>
  );
}

/** What the decision computed on its way: figures first, tables folded below. */
export function ValuesPanel({ values }: { values: Decision['values'] }) {
  const plain = values.filter((value) => isPlain(value.value));
  const folded = values.filter((value) => !isPlain(value.value));
  return (
    <section className="panel">
      <h2>{t('rules.values')}</h2>
      <dl className="pairs">{plain.map((value) => <div key={value.name}><dt>{nameOf(value)}</dt><dd>{factText(value.value)}</dd></div>)}</dl>
      {folded.map((value) => <Rows key={value.name} name={nameOf(value)} rows={(Array.isArray(value.value) ? value.value : [value.value]).filter(isRow)} />)}
    </section>
  );
}
