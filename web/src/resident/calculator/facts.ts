/* Answers to the facts that POST /api/v1/examination takes.  What was not answered
 * and matters is left out: unknown.  What is not asked is taken as the usual (calculator.json, member). */
import type { Json as Any } from '../../api/types.gen';
import { amountOf, catalogue, chosenBy, concerned, dateOf, factOf, isAmount, isAsked, matches, pairsOf, twoOf, type Answers, type Person, type Question } from './questions';

type Json = Record<string, unknown>;
const N = catalogue.names;

const sum = (answers: Answers, person: Person, today: string): number => catalogue.questions
  .filter((question) => question.kind === 'money' && concerned(question, answers, today).includes(person))
  .reduce((total, question) => { const text = (answers[question.id] as Record<string, string> | undefined)?.[person.id] ?? ''; return total + (isAmount(text) ? amountOf(text) : 0); }, 0);

function incomes(answers: Answers, person: Person, first: boolean, today: string): Json[] {
  const list: Json[] = [];
  for (const question of catalogue.questions) {
    if (!question.income || !isAsked(question, answers, today)) continue;
    const text = question.kind === 'money'
      ? concerned(question, answers, today).includes(person) ? (answers[question.id] as Record<string, string> | undefined)?.[person.id] ?? '' : ''
      : first ? String(answers[question.id] ?? '') : '';
    if (isAmount(text) && amountOf(text) > 0) list.push({ [N.kind!]: question.income, [N.month!]: amountOf(text) });
  }
  return list;
}

function personal(question: Question, answers: Answers, person: Person): Json {
  if (question.kind === 'who' && typeof question.set === 'object') return Object.fromEntries(Object.keys(question.set).map((fact) => [fact, factOf(answers, person, fact)]));
  const value = ((answers[question.id] ?? {}) as Record<string, string>)[person.id];
  if (question.kind === 'each' && question.list) return { [question.list]: value ? [value] : [] };
  if (question.kind === 'each' && value) return { [String(question.set)]: value };
  if (question.kind === 'two') return { [String(question.set)]: twoOf(answers, question.id, person.id) };
  if (question.kind === 'disability') {
    const pairs = pairsOf(answers, question.id, person.id).filter((pair) => pair.kind && pair.grade);
    return { [N.disabilities!]: pairs.map((pair) => ({ [N.kind!]: pair.kind, [N.grade!]: Number(pair.grade) })) };
  }
  return {};
}

function member(answers: Answers, person: Person, first: boolean, today: string): Json {
  const usual = Object.fromEntries(Object.entries(catalogue.member).filter(([, value]) => value !== null));
  const facts: Json = { ...usual };
  for (const rule of catalogue.derived) if (matches(rule.for, person, answers, today)) Object.assign(facts, rule.set);
  for (const question of catalogue.questions)
    if (isAsked(question, answers, today) && concerned(question, answers, today).includes(person)) Object.assign(facts, personal(question, answers, person));
  return { ...facts, [N.number!]: person.id, [N.relation!]: first ? N.applicant : person.relation, [N.sex!]: person.sex, [N.birth!]: dateOf(person.birth),
    [N.incomes!]: incomes(answers, person, first, today), [N.stable!]: sum(answers, person, today) };
}

function benefits(answers: Answers, today: string): Json[] {
  const list: Json[] = [];
  const held = catalogue.questions.find((question) => question.kind === 'held')!;
  for (const code of chosenBy(answers, held.id)) {
    const option = held.options!.find((one) => one.value === code)!;
    const who = option.who === 'member'
      ? chosenBy(answers, catalogue.questions.find((question) => question.kind === 'who' && question.benefit === code)!.id) : [N.all!];
    const paid = catalogue.questions.find((question) => question.kind === 'fen' && question.benefit === code);
    const text = paid && isAsked(paid, answers, today) ? String(answers[paid.id] ?? '') : '';
    for (const whose of who) list.push({ [N.benefit!]: code, [N.whose!]: whose, ...(isAmount(text) ? { [N.month!]: amountOf(text) } : {}) });
  }
  return list;
}

export function factsOf(answers: Answers, today: string): Any {
  const household: Json = { [N.members!]: answers.people.map((person, i) => member(answers, person, i === 0, today)) };
  const application: Json = { ...catalogue.application };
  for (const question of catalogue.questions) {
    if (!isAsked(question, answers, today)) continue;
    const text = String(answers[question.id] ?? '');
    if (question.household && isAmount(text)) household[question.household] = amountOf(text);
    if (question.homes && isAmount(text)) household[N.homes!] = [{ [N.area!]: amountOf(text) }, { [N.area!]: 0 }];
    if (question.capital && isAmount(text)) household[N.companies!] = [{ [N.capital!]: amountOf(text), [N.exists!]: true }];
    if (question.kind === 'one') {
      const option = question.options!.find((one) => one.value === answers[question.id]);
      Object.assign(household, option?.household);
      Object.assign(application, option?.application);
    }
  }
  return JSON.parse(JSON.stringify({ [N.household!]: household, [N.held!]: benefits(answers, today), [N.application!]: application })) as Any;
}
