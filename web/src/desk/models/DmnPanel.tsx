import { useEffect, useMemo, useRef, useState } from 'react';
import type { Decision, FiredRule } from '../../api/types.gen';
import { Problem, Skeleton } from '../../components/State';
import { t } from '../../locale';
import { called } from '../../locale/words';
import { decidingFirst } from './deciding';
import { RuleTable, tablesOf } from './RuleTable';
import { useModelText } from './useModelText';
import type { DmnHandle, View } from './viewers';

/** Lights the rows of the rules that fired in what dmn-js has drawn, and names for screen
 * readers what it leaves nameless. */
export function light(container: HTMLElement, fired: FiredRule[]): void {
  container.querySelectorAll('.tjs-table-container').forEach((table) => table.setAttribute('tabindex', '0'));
  container.querySelectorAll('th.index-column').forEach((head) => {
    if (head.textContent) return;
    const name = document.createElement('span');
    name.className = 'hidden';
    name.textContent = t('rules.index');
    head.append(name);
  });
  for (const rule of fired) {
    if (!rule.hit) continue;
    for (const cell of container.querySelectorAll(`[data-row-id="${CSS.escape(rule.rule_id)}"]`)) {
      cell.closest('tr')?.classList.add('rule-fired');
    }
  }
}

function Diagram({ xml, view, fired }: { xml: string; view: string; fired: FiredRule[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [handle, setHandle] = useState<DmnHandle | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let made: DmnHandle | null = null;
    let gone = false;
    const holder = document.createElement('div');
    holder.className = 'model-holder';
    box.current?.append(holder);
    import('./viewers').then(({ openDmn }) => openDmn(holder, xml)).then(
      (opened) => { if (gone) opened.destroy(); else { made = opened; setHandle(opened); } },
      () => { if (!gone) setFailed(true); });
    return () => { gone = true; made?.destroy(); holder.remove(); setHandle(null); };
  }, [xml]);
  useEffect(() => {
    if (!handle || !box.current) return undefined;
    const container = box.current;
    const wanted: View | undefined = handle.views.find((v) => v.element.id === view) ?? handle.views.find((v) => v.type === 'drd');
    if (!wanted) return undefined;
    const watch = new MutationObserver(() => light(container, fired));
    watch.observe(container, { childList: true, subtree: true });
    handle.open(wanted).then(() => light(container, fired), () => setFailed(true));
    return () => watch.disconnect();
  }, [handle, view, fired]);
  return (
    <>
      {failed && <p className="note is-warn">{t('models.failed')}</p>}
      {!handle && !failed && <Skeleton lines={4} />}
      <div ref={box} className={`model${view === '' ? ' is-drd' : ''}`} />
    </>
  );
}

const GRAPH = '';

/** The decision that was made: its tables with the fired rules lit, and the graph of requirements. */
export function DmnPanel({ file, decision }: { file: string; decision: Decision }) {
  const { rules } = decision;
  const { text, error } = useModelText(file);
  const [chosen, setChosen] = useState<string | null>(null);
  const tables = useMemo(() => (text ? tablesOf(text) : []), [text]);
  const decisions = useMemo(() => {
    const found = new Map<string, { id: string; name: string; tables: Set<string>; fired: FiredRule[] }>();
    for (const rule of rules) {
      const own = tables.find((table) => table.id === rule.table_id || table.rules.some((r) => r.id === rule.rule_id));
      const entry = found.get(rule.decision_id) ?? { id: rule.decision_id, name: rule.decision, tables: new Set<string>(), fired: [] };
      entry.fired.push(rule);
      if (own) entry.tables.add(own.id);
      found.set(rule.decision_id, entry);
    }
    return [...found.values()];
  }, [rules, tables]);
  const first = useMemo(() => (text ? decidingFirst(text, decision)[0] : undefined), [text, decision]);
  if (error) return <Problem error={error} />;
  if (!text) return <Skeleton lines={6} />;
  const at = chosen ?? first ?? decisions[0]?.id ?? GRAPH;
  const current = decisions.find((decision) => decision.id === at);
  return (
    <>
      <ul className="switch" aria-label={t('rules.tables')}>
        {decisions.map((decision) => (
          <li key={decision.id}><button type="button" aria-pressed={decision.id === at} onClick={() => setChosen(decision.id)}>{called(decision.name)}</button></li>
        ))}
        <li><button type="button" aria-pressed={at === GRAPH} onClick={() => setChosen(GRAPH)}>{t('rules.graph')}</button></li>
      </ul>
      <Diagram xml={text} view={at} fired={rules} />
      {current && tables.filter((table) => current.tables.has(table.id)).map((table) => (
        <details key={table.id} className="as-table" open={table.owner !== current.id}>
          <summary>{t('rules.asTable', { name: called(table.name) })}</summary>
          <RuleTable table={table} fired={current.fired} />
        </details>
      ))}
    </>
  );
}
