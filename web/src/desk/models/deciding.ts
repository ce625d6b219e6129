import type { Decision } from '../../api/types.gen';

const NS = '*';

interface Node { name: string; text: string; table: boolean; needs: string[] }

/** The decisions of a model: what each needs, and its text. */
function decisionsOf(xml: string): Map<string, Node> {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  return new Map([...doc.getElementsByTagNameNS(NS, 'decision')].map((decision) => [decision.getAttribute('id') ?? '', {
    name: decision.getAttribute('name') ?? '',
    text: decision.textContent ?? '',
    table: [...decision.children].some((child) => child.localName === 'decisionTable'),
    needs: [...decision.getElementsByTagNameNS(NS, 'requiredDecision')].map((need) => (need.getAttribute('href') ?? '').replace(/^.*#/, '')),
  }]));
}

function below(nodes: Map<string, Node>, id: string, seen = new Set<string>()): Set<string> {
  for (const need of nodes.get(id)?.needs ?? []) {
    if (seen.has(need)) continue;
    seen.add(need);
    below(nodes, need, seen);
  }
  return seen;
}

/** The decisions that gave the reasons, the one that settled the answer first: of a refusal
 * the first reason's, which kept the household out; of anything else the one that rests on
 * most of the others. */
export function decidingFirst(xml: string, decision: Pick<Decision, 'outcome' | 'reasons' | 'rules'>): string[] {
  const nodes = decisionsOf(xml);
  const gave = (rule: string) => decision.rules.find((fired) => fired.rule_id === rule)?.decision_id;
  const ids = [...new Set(decision.reasons.map((reason) => gave(reason.rule)).filter((id) => id !== undefined))];
  if (decision.outcome === 'not_eligible') return ids;
  const rests = (id: string) => { const under = below(nodes, id); return ids.filter((other) => under.has(other)).length; };
  return ids.map((id) => [id, rests(id)] as const).sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

/** Where a policy is read from: the decision that no other needs, or, when it only puts an answer
 * together, the table nearest below it that rests on most of the others; '' when there is none. */
export function decidingTable(xml: string): string {
  const nodes = decisionsOf(xml);
  const needed = new Set([...nodes.values()].flatMap((node) => node.needs));
  const weight = (id: string) => below(nodes, id).size;
  const heaviest = (ids: string[]) => [...ids].sort((a, b) => weight(b) - weight(a))[0];
  const top = heaviest([...nodes.keys()].filter((id) => !needed.has(id)));
  if (top === undefined) return '';
  const seen = new Set([top]);
  for (let level = [top]; level.length > 0;) {
    const found = heaviest(level.filter((id) => nodes.get(id)?.table));
    if (found !== undefined) return found;
    level = [...new Set(level.flatMap((id) => nodes.get(id)?.needs ?? []))].filter((id) => nodes.has(id) && !seen.has(id));
    level.forEach((id) => seen.add(id));
  }
  return top;
}

/** Whether a figure is written in one of these decisions. */
export function figuresIn(xml: string, ids: string[]): (name: string) => boolean {
  const nodes = decisionsOf(xml);
  const text = ids.map((id) => nodes.get(id)?.text ?? '').join('\n');
  return (name) => text.includes(name);
}
