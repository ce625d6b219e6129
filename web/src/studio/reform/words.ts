import type { Parameter, Policy, ReformHead, SimulatedScheme } from '../../api/types.gen';
import { language, say, t } from '../../locale';

export const named = (x: { zh: string; en: string }) => (language() === 'zh' ? x.zh : x.en);

/** What a reform changes, in one line. */
export function changedText(reform: ReformHead, parameters: Parameter[], policies: Policy[]): string {
  const figures = Object.entries(reform.figures as Record<string, number>).map(([name, value]) => {
    const known = parameters.find((p) => p.name === name);
    return `${known ? say(known.label) : name} = ${value}${known ? ` ${say(known.unit_label)}` : ''}`;
  });
  const texts = (reform.texts ?? []).map(({ matter, sha256 }) => t('reform.textOf', { name: say(policies.find((p) => p.matter === matter)?.name) || matter, sha: sha256.slice(0, 8) }));
  return [...figures, ...texts].join(t('form.join'));
}

/** A changed text is read by every scheme that imports it; most of them answer as before. */
export const differs = (x: SimulatedScheme) => x.changed && JSON.stringify(x.before) !== JSON.stringify(x.after);

export const percent = (rate: unknown) => `${(Number(rate) * 100).toFixed(2)}%`;

export const MEASURES = [['reform.headcount', 'fgt0'], ['reform.gap', 'fgt1'], ['reform.severity', 'fgt2'], ['reform.gini', 'gini']] as const;
