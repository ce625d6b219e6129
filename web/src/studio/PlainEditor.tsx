/* One decision or function as plain tables and texts: every cell a field of its own, so that
 * the keyboard and a screen reader have all that the graphical editor shows, and more
 * (tables inside functions).  The article stands beside its rule. */
import { useEffect, useRef } from 'react';
import type { FiredRule, PolicyFinding } from '../api/types.gen';
import { t } from '../locale';
import { copyRule, removeRule, setCell, setLiteral, type Element_, type Part, type Rule, type Table } from './model';

interface Props { element: Element_; xml: string; fired: FiredRule[]; finding: PolicyFinding | null; onChange?: (xml: string) => void }

function Field({ label, value, onChange }: { label: string; value: string; onChange?: (value: string) => void }) {
  if (!onChange) return <span className="studio-cell">{value}</span>;
  return <textarea className="studio-field" aria-label={label} rows={Math.min(8, value.split('\n').length)} value={value} spellCheck={false} onChange={(e) => onChange(e.target.value)} />;
}

/** A column X_en of annotations is the English of X. */
const noteName = (name = ''): string => (name.endsWith('_en') ? t('studio.inEnglish', { name: name.slice(0, -3) }) : name);

function Row({ table, rule, at, own, marked, xml, onChange }: { table: Table; rule: Rule; at: number; own: FiredRule | undefined; marked: boolean; xml: string; onChange?: (xml: string) => void }) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => { if (marked) row.current?.scrollIntoView({ block: 'center' }); }, [marked]);
  const write = (part: Part, index: number) => (onChange ? (text: string) => onChange(setCell(xml, rule.id, part, index, text)) : undefined);
  const columns = [...table.inputs, ...table.outputs];
  const label = (column: string) => t('studio.cellOf', { table: table.name, n: at + 1, column });
  return (
    <tr ref={row} className={own?.hit ? 'is-fired' : marked ? 'is-marked' : undefined}>
      <th scope="row">{at + 1}{own?.hit && <span className="mark is-good">{t('rules.fired')}</span>}{marked && <span className="mark is-bad">{t('studio.marked')}</span>}</th>
      {rule.cells.map((cell, i) => <td key={i} data-label={columns[i]} className={i >= table.inputs.length ? 'is-output' : undefined}><Field label={label(columns[i] ?? '')} value={cell} onChange={write('cell', i)} /></td>)}
      {rule.notes.map((note, i) => <td key={`n${i}`} data-label={noteName(table.notes[i])} className={`is-note${note ? '' : ' is-empty'}`}><Field label={label(table.notes[i] ?? '')} value={note} onChange={write('note', i)} /></td>)}
      {onChange && (
        <td className="studio-rule-acts">
          <button type="button" className="text-button" onClick={() => onChange(copyRule(xml, rule.id))}>{t('studio.copyRule')}<span className="hidden">{at + 1}</span></button>
          <button type="button" className="text-button" onClick={() => onChange(removeRule(xml, rule.id))}>{t('studio.removeRule')}<span className="hidden">{at + 1}</span></button>
        </td>
      )}
    </tr>
  );
}

export function PlainEditor({ element, xml, fired, finding, onChange }: Props) {
  const seen = new Map(fired.map((rule) => [rule.rule_id, rule]));
  const here = finding?.element?.id === element.id ? finding : null;
  const single = element.tables.length === 1;
  const isMarked = (table: Table, rule: Rule, i: number): boolean => !!here && (rule.id === here.at || (here.at?.startsWith(`${rule.id}_`) ?? false)
    || ((single || table.id === here.at) && (i + 1 === here.rule || i + 1 === here.other_rule)));
  return (
    <div className="studio-plain">
      {element.tables.map((table) => (
        <section key={table.id}>
          <h3>{table.name} <span className="quiet">{t('studio.hit', { policy: table.hit })}</span></h3>
          <div className="scroll" tabIndex={0} role="region" aria-label={table.name}>
            <table className="grid rule-table studio-table is-cards">
              <thead>
                <tr>
                  <th scope="col">{t('rules.index')}</th>
                  {table.inputs.map((label, i) => <th scope="col" key={`i${i}`}>{label}</th>)}
                  {table.outputs.map((label, i) => <th scope="col" key={`o${i}`} className="is-output">{label}</th>)}
                  {table.notes.map((label, i) => <th scope="col" key={`n${i}`}>{noteName(label)}</th>)}
                  {onChange && <th scope="col">{t('studio.acts')}</th>}
                </tr>
              </thead>
              <tbody>
                {table.rules.map((rule, i) => <Row key={rule.id || i} table={table} rule={rule} at={i} own={seen.get(rule.id)} marked={isMarked(table, rule, i)} xml={xml} onChange={onChange} />)}
              </tbody>
            </table>
          </div>
        </section>
      ))}
      {element.literals.map((literal) => (
        <section key={literal.id}>
          <h3>{literal.name}</h3>
          {onChange
            ? <textarea className="studio-literal" aria-label={t('studio.expressionOf', { name: literal.name })} rows={Math.min(20, literal.text.split('\n').length + 1)} value={literal.text} spellCheck={false} onChange={(e) => onChange(setLiteral(xml, literal.id, e.target.value))} />
            : <pre className="studio-literal" tabIndex={0}>{literal.text}</pre>}
        </section>
      ))}
      {element.tables.length + element.literals.length === 0 && <p className="quiet">{t('studio.noLogic')}</p>}
    </div>
  );
}
