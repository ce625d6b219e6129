/* A household's facts as the vocabulary describes them.  What is not stated is not there:
 * a fact that nobody knows has no key. */
import type { Json, VocabularyFact } from '../api/types.gen';

export type Facts = { [key: string]: Json };

export const isFacts = (value: Json | undefined): value is Facts => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entity that the input as a whole is: the vocabulary's first. */
export const rootOf = (facts: VocabularyFact[]): string => facts[0]?.entity ?? '';
export const factsOf = (facts: VocabularyFact[], entity: string): VocabularyFact[] => facts.filter((fact) => fact.entity === entity);

/** With `key` stated, or no longer. */
export function stated(of: Facts, key: string, value: Json | undefined): Facts {
  if (value !== undefined) return { ...of, [key]: value };
  return Object.fromEntries(Object.entries(of).filter(([name]) => name !== key));
}

/** The facts that a policy asks for: named in its text, or stated in one of its cases. */
export function askedFor(all: VocabularyFact[], xml: string, inputs: Json[]): Set<string> {
  const asked = new Set<string>();
  const walk = (entity: string, value: Json | undefined): void => {
    if (!isFacts(value)) return;
    for (const fact of factsOf(all, entity)) {
      const own = value[fact.name];
      if (own === undefined) continue;
      asked.add(`${entity}.${fact.name}`);
      for (const one of Array.isArray(own) ? own : [own]) if (fact.of) walk(fact.of, one);
    }
  };
  inputs.forEach((input) => walk(rootOf(all), input));
  for (const fact of all) if (xml.includes(fact.name)) asked.add(`${fact.entity}.${fact.name}`);
  return asked;
}

/** The JSON that was typed, or null while it is none. */
export function readFacts(text: string): Facts | null {
  try {
    const value = JSON.parse(text) as Json;
    return isFacts(value) ? value : null;
  } catch { return null; }
}

export const writeFacts = (facts: Facts): string => JSON.stringify(facts, null, 1);
