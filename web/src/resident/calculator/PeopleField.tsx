import { DateInput } from '../../form/DateInput';
import { say, t } from '../../locale';
import { Select, type FieldProps } from './Field';
import { catalogue, type Person } from './questions';

const PEOPLE_MAX = 12;

/** Who lives here: oneself first, then one card a person. */
export function PeopleField({ question, answers, errors, set, children }: FieldProps) {
  const { people } = answers;
  const put = (id: string, change: Partial<Person>) => set(people.map((person) => (person.id === id ? { ...person, ...change } : person)));
  const add = () => set([...people, { id: String(Math.max(...people.map((p) => Number(p.id))) + 1), relation: '', sex: '', birth: '' }]);
  return (
    <section className="form-list" aria-labelledby="people-title">
      <h1 id="people-title">{say(question.title)}</h1>
      {children}
      <ol>
        {people.map((person, i) => (
          <li key={person.id} className="form-card is-open">
            <div className="form-card-head">
              <h2>{i === 0 ? t('calc.me') : t('calc.person', { n: i + 1 })}</h2>
              {i > 0 && <span className="form-card-acts"><button type="button" className="text-button" onClick={() => set(people.filter((one) => one !== person))}>{t('calc.remove')}<span className="hidden">{t('calc.person', { n: i + 1 })}</span></button></span>}
            </div>
            {i > 0 && <Select id={`relation-${person.id}`} label={t('calc.relation')} value={person.relation || '-'} options={catalogue.relations.slice(1)} errors={errors} set={(relation) => put(person.id, { relation: relation === '-' ? '' : relation })} />}
            <Select id={`sex-${person.id}`} label={t('calc.sex')} value={person.sex || '-'} options={catalogue.sexes} errors={errors} set={(sex) => put(person.id, { sex: sex === '-' ? '' : sex })} />
            <fieldset className={`form-field${errors.has(`birth-${person.id}`) ? ' is-wrong' : ''}`} id={`birth-${person.id}`}>
              <legend className="form-label">{t('calc.birth')}</legend>
              {errors.has(`birth-${person.id}`) && <p className="form-error">{errors.get(`birth-${person.id}`)}</p>}
              <DateInput id={`born-${person.id}`} value={person.birth} off={false} wrong={errors.has(`birth-${person.id}`)} onChange={(birth) => put(person.id, { birth })} />
            </fieldset>
          </li>
        ))}
      </ol>
      {people.length < PEOPLE_MAX && <button type="button" className="button is-second" onClick={add}>{t('calc.add')}</button>}
    </section>
  );
}
