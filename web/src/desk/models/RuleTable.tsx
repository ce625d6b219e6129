/* A decision table as a plain HTML table.  dmn-js shows the tables of decisions;
 * those inside a function (BKM) or a context it does not light up, and a
 * screen reader reads a table better than a diagram. */
import type { FiredRule } from '../../api/types.gen';
import { language, t } from '../../locale';
import { called } from '../../locale/words';

export interface TableModel { id: string; name: string; owner: string; inputs: string[]; outputs: string[]; rules: { id: string; cells: string[]; note: string }[] }

const NS = '*';
const textOf = (parent: Element | null | undefined): string => parent?.getElementsByTagNameNS(NS, 'text')[0]?.textContent?.trim() ?? '';
const children = (parent: Element, name: string): Element[] => [...parent.children].filter((child) => child.localName === name);

/** The annotations of a rule in the language of the page: a column X_en is the English of X. */
function notesOf(table: Element, rule: Element): string {
  const names = children(table, 'annotation').map((annotation) => annotation.getAttribute('name') ?? '');
  const english = language() === 'en';
  return children(rule, 'annotationEntry')
    .filter((_, i) => {
      const name = names[i] ?? '';
      return name.endsWith('_en') ? english : !(english && names.includes(`${name}_en`));
    })
    .map((entry) => textOf(entry)).filter(Boolean).join(' \u00b7 ');
}

/** Every decision table of a model, with what it belongs to. */
export function tablesOf(xml: string): TableModel[] {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  return [...doc.getElementsByTagNameNS(NS, 'decisionTable')].map((table): TableModel => {
    let owner: Element | null = table.parentElement;
    while (owner && !owner.getAttribute('name')) owner = owner.parentElement;
    return {
      id: table.getAttribute('id') ?? '', name: owner?.getAttribute('name') ?? '', owner: owner?.getAttribute('id') ?? '',
      inputs: children(table, 'input').map((input) => input.getAttribute('label') || textOf(children(input, 'inputExpression')[0])),
      outputs: children(table, 'output').map((output) => output.getAttribute('label') || output.getAttribute('name') || ''),
      rules: children(table, 'rule').map((rule) => ({
        id: rule.getAttribute('id') ?? '',
        cells: [...children(rule, 'inputEntry'), ...children(rule, 'outputEntry')].map((entry) => textOf(entry)),
        note: notesOf(table, rule) || (children(rule, 'description')[0]?.textContent ?? ''),
      })),
    };
  });
}

export function RuleTable({ table, fired }: { table: TableModel; fired: FiredRule[] }) {
  const seen = new Map(fired.map((rule) => [rule.rule_id, rule]));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={called(table.name)}>
      <table className="grid rule-table">
        <caption className="hidden">{called(table.name)}</caption>
        <thead>
          <tr>
            <th scope="col">{t('rules.index')}</th>
            {table.inputs.map((label, i) => <th scope="col" key={`i${i}`}>{called(label)}</th>)}
            {table.outputs.map((label, i) => <th scope="col" key={`o${i}`} className="is-output">{called(label)}</th>)}
            <th scope="col">{t('rules.note')}</th>
          </tr>
        </thead>
        <tbody>
          {table.rules.map((rule, i) => {
            const own = seen.get(rule.id);
            return (
              <tr key={rule.id} className={own?.hit ? 'is-fired' : own ? 'is-tried' : undefined}>
                <th scope="row">{i + 1}{own?.hit && <span className="mark is-good">{t('rules.fired')}</span>}</th>
                {rule.cells.map((cell, j) => {
                  const matched = own?.cells && j < table.inputs.length ? own.cells[j] : undefined;
                  return <td key={j} className={j >= table.inputs.length ? 'is-output' : matched === false ? 'is-no' : undefined}>{cell}</td>;
                })}
                <td className="quiet">{rule.note}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
