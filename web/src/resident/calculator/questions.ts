/* What the calculator asks (packs/common/calculator.json), in which order and of whom.
 *
 * What decides most is asked first; a question that concerns nobody is left out. */
import type { Text } from '../../api/types.gen';
import data from '../../../../packs/common/calculator.json';

export type Code = string | number | boolean | null;
/** Which members: every condition holds.  `in`: chosen in that question; `any`: one of these. */
export interface Filter { min?: number; max?: number; relation?: string[]; in?: string; fact?: [string, Code]; fact_in?: [string, Code[]]; any?: Filter[] | Filter }
export interface Option extends Text { value: Code; who?: string; unknown?: boolean; household?: Record<string, unknown>; application?: Record<string, unknown> }
export interface Question {
  id: string;
  kind: 'people' | 'who' | 'each' | 'money' | 'fen' | 'one' | 'held' | 'disability' | 'two';
  title: Text; hint?: Text; why?: Text; unit?: Text;
  for?: Filter; any?: Filter; chosen?: [string, string];
  set?: string | Record<string, [Code, Code]>; list?: string; all?: boolean;
  benefit?: string; income?: string; household?: string; homes?: boolean; capital?: boolean;
  options?: Option[]; kinds?: Option[]; grades?: Option[]; labels?: Text[];
}
export interface Catalogue {
  relations: Option[]; sexes: Option[];
  member: Record<string, unknown>; derived: { for: Filter; set: Record<string, unknown> }[]; application: Record<string, unknown>;
  names: Record<string, string>; questions: Question[]; facts: Record<string, Text>;
}
export const catalogue = data as unknown as Catalogue;

export interface Person { id: string; relation: string; sex: string; birth: string }
export interface Pair { kind: string; grade: string }
/** Answers by question: who → ids; each, money → by id; fen, one → text; held → codes; disability, two → by id. */
export interface Answers { people: Person[]; [question: string]: unknown }

const WHOLE_DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;
/** 1950-3-2 is 1950-03-02; '' when it is no day of the calendar. */
export function dateOf(text: string): string {
  if (!WHOLE_DATE.test(text)) return '';
  const [y, m, d] = text.split('-').map(Number) as [number, number, number];
  const day = new Date(Date.UTC(y, m - 1, d));
  if (day.getUTCFullYear() !== y || day.getUTCMonth() !== m - 1) return '';
  return day.toISOString().slice(0, 10);
}

export function ageOf(person: Person, today: string): number {
  const born = dateOf(person.birth);
  return born ? Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (born.slice(5) > today.slice(5) ? 1 : 0) : -1;
}

/** Who, or what, was ticked; where everybody is ticked to begin with, everybody until somebody is taken out. */
export function chosenBy(answers: Answers, id: string): string[] {
  const value = answers[id];
  if (Array.isArray(value)) return value as string[];
  return catalogue.questions.find((question) => question.id === id)?.all ? answers.people.map((person) => person.id) : [];
}
const byId = (answers: Answers, id: string): Record<string, string> => (answers[id] ?? {}) as Record<string, string>;

/** What the answers say of one fact of a person. */
export function factOf(answers: Answers, person: Person, fact: string): Code | undefined {
  for (const question of catalogue.questions) {
    if (question.kind === 'each' && question.set === fact) return byId(answers, question.id)[person.id];
    if (question.kind === 'who' && typeof question.set === 'object' && fact in question.set) {
      const [yes, no] = question.set[fact]!;
      return chosenBy(answers, question.id).includes(person.id) ? yes : no;
    }
  }
  return undefined;
}

export function matches(filter: Filter | undefined, person: Person, answers: Answers, today: string): boolean {
  if (!filter) return true;
  const age = ageOf(person, today);
  if (filter.min !== undefined && age < filter.min) return false;
  if (filter.max !== undefined && age > filter.max) return false;
  if (filter.relation && !filter.relation.includes(person.relation)) return false;
  if (filter.in && !chosenBy(answers, filter.in).includes(person.id)) return false;
  if (filter.fact && factOf(answers, person, filter.fact[0]) !== filter.fact[1]) return false;
  if (filter.fact_in && !filter.fact_in[1].includes(factOf(answers, person, filter.fact_in[0]) ?? null)) return false;
  const any = filter.any === undefined ? [] : Array.isArray(filter.any) ? filter.any : [filter.any];
  return any.length === 0 || any.some((one) => matches(one, person, answers, today));
}

/** The members that a question is about. */
export const concerned = (question: Question, answers: Answers, today: string): Person[] =>
  answers.people.filter((person) => matches(question.for, person, answers, today));

const PERSONAL = ['who', 'each', 'money', 'disability', 'two'];
export function isAsked(question: Question, answers: Answers, today: string): boolean {
  if (question.chosen) {
    const [id, code] = question.chosen;
    if (answers[id] !== code && !chosenBy(answers, id).includes(code)) return false;
  }
  if (question.any && !answers.people.some((person) => matches(question.any, person, answers, today))) return false;
  return !PERSONAL.includes(question.kind) || concerned(question, answers, today).length > 0;
}

export const asked = (answers: Answers, today: string): Question[] => catalogue.questions.filter((question) => isAsked(question, answers, today));

/** Keys of the catalogue for what is not right; empty: go on. */
export function mistakesOf(question: Question, answers: Answers, today: string): { id: string; key: string }[] {
  if (question.kind === 'people') return peopleMistakes(answers.people, today);
  if (question.kind === 'fen') return isAmount(String(answers[question.id] ?? '')) ? [] : [{ id: question.id, key: 'calc.wrong.number' }];
  const given = byId(answers, question.id);
  if (question.kind === 'money') return concerned(question, answers, today).filter((p) => !isAmount(given[p.id] ?? '')).map((p) => ({ id: `${question.id}-${p.id}`, key: 'calc.wrong.number' }));
  if (question.kind === 'each') return concerned(question, answers, today).filter((p) => given[p.id] === undefined).map((p) => ({ id: `${question.id}-${p.id}`, key: 'calc.wrong.choose' }));
  if (question.kind === 'one') return answers[question.id] === undefined ? [{ id: question.id, key: 'calc.wrong.choose' }] : [];
  if (question.kind === 'disability') return concerned(question, answers, today).filter((p) => { const first = pairsOf(answers, question.id, p.id)[0]; return !first?.kind || !first.grade; }).map((p) => ({ id: `${question.id}-${p.id}-0`, key: 'calc.wrong.disability' }));
  if (question.kind === 'two') return concerned(question, answers, today).flatMap((p) => [0, 1].filter((i) => !twoOf(answers, question.id, p.id)[i]).map((i) => ({ id: `${question.id}-${p.id}-${i}`, key: 'calc.wrong.choose' })));
  return [];
}

function peopleMistakes(people: Person[], today: string): { id: string; key: string }[] {
  return people.flatMap((person, i) => {
    const born = dateOf(person.birth);
    return [
      ...(i > 0 && !person.relation ? [{ id: `relation-${person.id}`, key: 'calc.wrong.relation' }] : []),
      ...(!person.sex ? [{ id: `sex-${person.id}`, key: 'calc.wrong.sex' }] : []),
      ...(!born || born > today || born < '1876-01-01' ? [{ id: `birth-${person.id}`, key: 'calc.wrong.birth' }] : []),
    ];
  });
}

export const isAmount = (text: string): boolean => /^\d{1,9}(\.\d{1,2})?$/.test(text.normalize('NFKC').replace(/[,\s]/g, ''));
export const amountOf = (text: string): number => Number(text.normalize('NFKC').replace(/[,\s]/g, ''));
export const pairsOf = (answers: Answers, id: string, person: string): Pair[] => ((answers[id] ?? {}) as Record<string, Pair[]>)[person] ?? [];
export const twoOf = (answers: Answers, id: string, person: string): string[] => ((answers[id] ?? {}) as Record<string, string[]>)[person] ?? [];
