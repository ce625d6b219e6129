import type { ReactNode } from 'react';
import { say, t } from '../../locale';
import { PeopleField } from './PeopleField';
import { catalogue, chosenBy, concerned, pairsOf, twoOf, type Answers, type Option, type Person, type Question } from './questions';

export interface FieldProps {
  question: Question; answers: Answers; today: string; errors: Map<string, string>; set: (value: unknown) => void; children?: ReactNode;
}

/** "My child, born 2014-05-05": how the answers call a person. */
export function nameOf(person: Person, people: Person[]): string {
  if (people[0] === person) return t('calc.me');
  const relation = catalogue.relations.find((one) => one.value === person.relation);
  const alike = people.filter((one) => one.relation === person.relation).length > 1;
  const name = relation ? say(relation) : t('calc.person', { n: people.indexOf(person) + 1 });
  return alike ? t('calc.born', { name, year: person.birth.slice(0, 4) }) : name;
}

const Wrong = ({ id, errors }: { id: string; errors: Map<string, string> }) =>
  errors.has(id) ? <p className="form-error" id={`${id}-error`}>{errors.get(id)}</p> : null;

function Whole({ question, children, intro, wrong }: { question: Question; children: ReactNode; intro: ReactNode; wrong?: ReactNode }) {
  return (
    <fieldset className={`form-field${wrong ? ' is-wrong' : ''}`} id={question.id}>
      <legend><h1>{say(question.title)}</h1></legend>
      {intro}{wrong}{children}
    </fieldset>
  );
}

export function Select({ id, label, value, options, errors, set, hidden }: { id: string; label: string; value: string; options: Option[]; errors: Map<string, string>; set: (value: string) => void; hidden?: boolean }) {
  return (
    <div className={`form-field${errors.has(id) ? ' is-wrong' : ''}`}>
      <label className={hidden ? 'hidden' : 'form-label'} htmlFor={id}>{label}</label>
      <Wrong id={id} errors={errors} />
      <select id={id} value={value} aria-invalid={errors.has(id) || undefined} aria-describedby={errors.has(id) ? `${id}-error` : undefined} onChange={(e) => set(e.target.value)}>
        <option value="-">{t('calc.choose')}</option>
        {options.map((option) => <option key={String(option.value)} value={String(option.value)}>{say(option)}</option>)}
      </select>
    </div>
  );
}

function Who({ question, answers, today, set, children }: FieldProps) {
  const people = concerned(question, answers, today);
  const chosen = chosenBy(answers, question.id);
  const toggle = (id: string, on: boolean) => set(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <Whole question={question} intro={children}>
      <div className="form-choices">
        {people.map((person) => (
          <label key={person.id} className="form-choice"><input type="checkbox" checked={chosen.includes(person.id)} onChange={(e) => toggle(person.id, e.target.checked)} /><span>{nameOf(person, answers.people)}</span></label>
        ))}
      </div>
      <p className="form-none">{t('calc.nobody')}</p>
    </Whole>
  );
}

function Held({ question, answers, set, children }: FieldProps) {
  const chosen = chosenBy(answers, question.id);
  return (
    <Whole question={question} intro={children}>
      <div className="form-choices">
        {question.options!.map((option) => {
          const code = String(option.value);
          return <label key={code} className="form-choice"><input type="checkbox" checked={chosen.includes(code)} onChange={(e) => set(e.target.checked ? [...chosen, code] : chosen.filter((one) => one !== code))} /><span>{say(option)}</span></label>;
        })}
      </div>
    </Whole>
  );
}

function One({ question, answers, errors, set, children }: FieldProps) {
  const wrong = errors.has(question.id) ? <Wrong id={question.id} errors={errors} /> : undefined;
  return (
    <Whole question={question} intro={children} wrong={wrong}>
      <div className="form-choices">
        {question.options!.map((option) => (
          <label key={String(option.value)} className="form-choice"><input type="radio" name={question.id} checked={answers[question.id] === option.value} onChange={() => set(option.value)} /><span>{say(option)}</span></label>
        ))}
      </div>
    </Whole>
  );
}

function Amount({ id, label, unit, value, errors, set, heading, children }: { id: string; label: string; unit: string; value: string; errors: Map<string, string>; set: (value: string) => void; heading?: boolean; children?: ReactNode }) {
  const words = <label htmlFor={id} className={heading ? undefined : 'form-label'}>{label}</label>;
  return (
    <div className={`form-field${errors.has(id) ? ' is-wrong' : ''}`}>
      {heading ? <h1>{words}</h1> : words}
      {children}
      <Wrong id={id} errors={errors} />
      <div className="form-affix"><input id={id} className="is-number" inputMode="decimal" autoComplete="off" value={value} aria-invalid={errors.has(id) || undefined} aria-describedby={errors.has(id) ? `${id}-error` : undefined} onChange={(e) => set(e.target.value)} /><span>{unit}</span></div>
    </div>
  );
}

function PerPerson({ question, answers, today, errors, set, children }: FieldProps) {
  const given = (answers[question.id] ?? {}) as Record<string, string>;
  const put = (id: string, value: string) => { const next = { ...given, [id]: value }; if (value === '-') delete next[id]; set(next); };
  return (
    <Whole question={question} intro={children}>
      {concerned(question, answers, today).map((person) => {
        const id = `${question.id}-${person.id}`;
        const name = nameOf(person, answers.people);
        return question.kind === 'money'
          ? <Amount key={id} id={id} label={name} unit={t('calc.perMonth')} value={given[person.id] ?? ''} errors={errors} set={(value) => put(person.id, value)} />
          : <Select key={id} id={id} label={name} value={given[person.id] ?? '-'} options={question.options!} errors={errors} set={(value) => put(person.id, value)} />;
      })}
    </Whole>
  );
}

function Disability({ question, answers, today, errors, set, children }: FieldProps) {
  const all = (answers[question.id] ?? {}) as Record<string, unknown>;
  return (
    <Whole question={question} intro={children}>
      {concerned(question, answers, today).map((person) => {
        const pairs = pairsOf(answers, question.id, person.id);
        const name = nameOf(person, answers.people);
        return [0, 1].map((i) => {
          const id = `${question.id}-${person.id}-${i}`;
          const pair = pairs[i] ?? { kind: '', grade: '' };
          const put = (change: Partial<typeof pair>) => { const next = [pairs[0] ?? { kind: '', grade: '' }, ...(pairs[1] || i === 1 ? [pairs[1] ?? { kind: '', grade: '' }] : [])]; next[i] = { ...pair, ...change }; set({ ...all, [person.id]: next }); };
          return (
            <div key={id} className="calc-pair" role="group" aria-label={t(i === 0 ? 'calc.firstKind' : 'calc.secondKind', { name })}>
              <Select id={id} label={t(i === 0 ? 'calc.firstKind' : 'calc.secondKind', { name })} value={pair.kind || '-'} options={question.kinds!} errors={errors} set={(kind) => put({ kind: kind === '-' ? '' : kind })} />
              <Select id={`${id}-grade`} label={t('calc.grade')} value={pair.grade || '-'} options={question.grades!} errors={errors} set={(grade) => put({ grade: grade === '-' ? '' : grade })} />
            </div>
          );
        });
      })}
    </Whole>
  );
}

function Two({ question, answers, today, errors, set, children }: FieldProps) {
  const all = (answers[question.id] ?? {}) as Record<string, unknown>;
  return (
    <Whole question={question} intro={children}>
      {concerned(question, answers, today).map((person) => question.labels!.map((label, i) => {
        const id = `${question.id}-${person.id}-${i}`;
        const two = twoOf(answers, question.id, person.id);
        const put = (value: string) => { const next = [two[0] ?? '', two[1] ?? '']; next[i] = value === '-' ? '' : value; set({ ...all, [person.id]: next }); };
        return <Select key={id} id={id} label={t('calc.of', { name: nameOf(person, answers.people), what: say(label) })} value={two[i] || '-'} options={question.options!} errors={errors} set={put} />;
      }))}
    </Whole>
  );
}

/** The fields of a question by its kind. */
export function Field(props: FieldProps) {
  const { question, answers, errors, set, children } = props;
  switch (question.kind) {
    case 'people': return <PeopleField {...props} />;
    case 'who': return <Who {...props} />;
    case 'held': return <Held {...props} />;
    case 'one': return <One {...props} />;
    case 'disability': return <Disability {...props} />;
    case 'two': return <Two {...props} />;
    case 'fen': return <Amount heading id={question.id} label={say(question.title)} unit={say(question.unit)} value={String(answers[question.id] ?? '')} errors={errors} set={set}>{children}</Amount>;
    default: return <PerPerson {...props} />;
  }
}
