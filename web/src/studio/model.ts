/* A decision model as its XML: what can be edited in it, and what differs between two.
 * Edits go to the text's own nodes, so whatever an editor does not show stays as it is. */

export interface Rule { id: string; cells: string[]; notes: string[] }
export interface Table { id: string; name: string; hit: string; inputs: string[]; outputs: string[]; notes: string[]; rules: Rule[] }
export interface Literal { id: string; name: string; text: string }
export interface Element_ { id: string; name: string; kind: 'decision' | 'knowledge'; tables: Table[]; literals: Literal[] }
export type Part = 'cell' | 'note';

const ANY = '*';
const children = (parent: Element, name: string): Element[] => [...parent.children].filter((child) => child.localName === name);
const child = (parent: Element, name: string): Element | undefined => children(parent, name)[0];
const textIn = (holder: Element | undefined): string => (holder ? child(holder, 'text')?.textContent ?? '' : '');
const named = (node: Element): string => node.getAttribute('name') ?? '';

function parse(xml: string): Document | null {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  return doc.getElementsByTagName('parsererror').length > 0 ? null : doc;
}

/** What the expression is called where it stands: the entry of a context, a function, else its owner. */
function nameOf(node: Element, owner: Element): string {
  for (let at = node.parentElement; at && at !== owner; at = at.parentElement) {
    if (at.localName === 'contextEntry') {
      const variable = child(at, 'variable');
      if (variable) return `${named(owner)}.${named(variable)}`;
    }
  }
  return named(owner);
}

function tableOf(node: Element, owner: Element): Table {
  return {
    id: node.getAttribute('id') ?? '', name: nameOf(node, owner), hit: node.getAttribute('hitPolicy') ?? 'UNIQUE',
    inputs: children(node, 'input').map((input) => input.getAttribute('label') || textIn(child(input, 'inputExpression'))),
    outputs: children(node, 'output').map((output) => output.getAttribute('label') || named(output) || named(owner)),
    notes: children(node, 'annotation').map(named),
    rules: children(node, 'rule').map((rule) => ({
      id: rule.getAttribute('id') ?? '',
      cells: [...children(rule, 'inputEntry'), ...children(rule, 'outputEntry')].map(textIn),
      notes: children(rule, 'annotationEntry').map(textIn),
    })),
  };
}

const inTable = (node: Element, owner: Element): boolean => {
  for (let at = node.parentElement; at && at !== owner; at = at.parentElement) if (at.localName === 'decisionTable') return true;
  return false;
};

/** Decisions and functions in the order of the file; null: no XML. */
export function elementsOf(xml: string): Element_[] | null {
  const doc = parse(xml);
  if (!doc) return null;
  return [...doc.documentElement.children]
    .filter((node) => node.localName === 'decision' || node.localName === 'businessKnowledgeModel')
    .map((node) => ({
      id: node.getAttribute('id') ?? '', name: named(node), kind: node.localName === 'decision' ? 'decision' : 'knowledge',
      tables: [...node.getElementsByTagNameNS(ANY, 'decisionTable')].map((table) => tableOf(table, node)),
      literals: [...node.getElementsByTagNameNS(ANY, 'literalExpression')].filter((one) => !inTable(one, node))
        .map((one) => ({ id: one.getAttribute('id') ?? '', name: nameOf(one, node), text: textIn(one) })),
    }));
}

/* ---- editing ------------------------------------------------------------------- */

function edit(xml: string, change: (doc: Document) => void): string {
  const doc = parse(xml);
  if (!doc) return xml;
  change(doc);
  const head = /^\s*<\?xml[^>]*\?>\s*/.exec(xml)?.[0] ?? '';
  return head + new XMLSerializer().serializeToString(doc.documentElement) + (xml.endsWith('\n') ? '\n' : '');
}

const byId = (doc: Document, id: string): Element | undefined => [...doc.getElementsByTagName('*')].find((node) => node.getAttribute('id') === id);

function setText(holder: Element, text: string): void {
  let inner = child(holder, 'text');
  if (!inner) {
    inner = holder.ownerDocument.createElementNS(holder.namespaceURI, holder.prefix ? `${holder.prefix}:text` : 'text');
    holder.append(inner);
  }
  inner.textContent = text;
}

const entriesOf = (rule: Element, part: Part): Element[] =>
  (part === 'note' ? children(rule, 'annotationEntry') : [...children(rule, 'inputEntry'), ...children(rule, 'outputEntry')]);

export const setCell = (xml: string, ruleId: string, part: Part, index: number, text: string): string => edit(xml, (doc) => {
  const rule = byId(doc, ruleId);
  const entry = rule && entriesOf(rule, part)[index];
  if (entry) setText(entry, text);
});

export const setLiteral = (xml: string, id: string, text: string): string => edit(xml, (doc) => {
  const node = byId(doc, id);
  if (node) setText(node, text);
});

const fresh = (): string => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A copy of the rule, below it: most new rules resemble one that is there. */
export const copyRule = (xml: string, ruleId: string): string => edit(xml, (doc) => {
  const rule = byId(doc, ruleId);
  if (!rule) return;
  const copy = rule.cloneNode(true) as Element;
  const tail = fresh();
  for (const node of [copy, ...copy.getElementsByTagName('*')]) {
    const id = node.getAttribute('id');
    if (id) node.setAttribute('id', `${id}_${tail}`);
  }
  rule.after(copy);
});

export const removeRule = (xml: string, ruleId: string): string => edit(xml, (doc) => byId(doc, ruleId)?.remove());

/* ---- comparing ------------------------------------------------------------------ */

export interface Change { element: string; place: string; rule: number | null; column: string; before: string | null; after: string | null }

const columnName = (table: Table, part: Part, index: number): string =>
  (part === 'note' ? table.notes[index] : index < table.inputs.length ? table.inputs[index] : table.outputs[index - table.inputs.length]) ?? String(index + 1);

const ruleText = (rule: Rule): string => [...rule.cells, ...rule.notes.slice(0, 1)].join(' | ');
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

function compareRules(element: string, before: Table, after: Table): Change[] {
  const list: Change[] = [];
  const former = new Map(before.rules.map((rule) => [rule.id, rule]));
  after.rules.forEach((rule, i) => {
    const old = former.get(rule.id);
    if (!old) {
      list.push({ element, place: after.name, rule: i + 1, column: '', before: null, after: ruleText(rule) });
      return;
    }
    for (const [part, a, b] of [['cell', old.cells, rule.cells], ['note', old.notes, rule.notes]] as [Part, string[], string[]][]) {
      for (let k = 0; k < Math.max(a.length, b.length); k += 1) {
        if (plain(a[k] ?? '') !== plain(b[k] ?? '')) list.push({ element, place: after.name, rule: i + 1, column: columnName(after, part, k), before: a[k] ?? '', after: b[k] ?? '' });
      }
    }
  });
  before.rules.forEach((rule, i) => {
    if (!after.rules.some((one) => one.id === rule.id)) list.push({ element, place: before.name, rule: i + 1, column: '', before: ruleText(rule), after: null });
  });
  if (before.hit !== after.hit) list.push({ element, place: after.name, rule: null, column: 'hitPolicy', before: before.hit, after: after.hit });
  const order = (table: Table, other: Table) => table.rules.map((rule) => rule.id).filter((id) => other.rules.some((rule) => rule.id === id)).join();
  if (order(before, after) !== order(after, before)) list.push({ element, place: after.name, rule: null, column: 'order', before: order(before, after), after: order(after, before) });
  return list;
}

/** What of `a` is another in `b`, by the ids that rules, tables and expressions keep. */
export function compare(a: string, b: string): Change[] {
  const before = elementsOf(a) ?? [];
  const after = elementsOf(b) ?? [];
  const list: Change[] = [];
  for (const element of after) {
    const old = before.find((one) => one.id === element.id);
    if (!old) {
      list.push({ element: element.id, place: element.name, rule: null, column: '', before: null, after: element.literals.map((one) => one.text).join('\n') });
      continue;
    }
    if (old.name !== element.name) list.push({ element: element.id, place: element.name, rule: null, column: 'name', before: old.name, after: element.name });
    element.tables.forEach((table, i) => {
      const former = old.tables.find((one) => one.id === table.id) ?? old.tables[i];
      if (former) list.push(...compareRules(element.id, former, table));
      else list.push({ element: element.id, place: table.name, rule: null, column: '', before: null, after: table.rules.map(ruleText).join('\n') });
    });
    element.literals.forEach((literal, i) => {
      const former = old.literals.find((one) => one.id === literal.id) ?? old.literals[i];
      if (plain(former?.text ?? '') !== plain(literal.text)) list.push({ element: element.id, place: literal.name, rule: null, column: '', before: former?.text ?? null, after: literal.text });
    });
  }
  for (const element of before) if (!after.some((one) => one.id === element.id)) list.push({ element: element.id, place: element.name, rule: null, column: '', before: element.literals.map((one) => one.text).join('\n'), after: null });
  return list;
}
