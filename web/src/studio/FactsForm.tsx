/* A form for a made-up household, drawn from the vocabulary of facts. */
import type { Json, VocabularyFact } from '../api/types.gen';
import { language, t, useLanguage } from '../locale';
import { factsOf, isFacts, stated, type Facts } from './facts';

const UNKNOWN = '';

interface One { fact: VocabularyFact; id: string; value: Json | undefined; onChange: (value: Json | undefined) => void }

const labelOf = (fact: VocabularyFact): string => (language() === 'en' ? `${fact.meaning.en} (${fact.name})` : fact.name);
const hintOf = (fact: VocabularyFact): string => (language() === 'en' || fact.meaning.zh === fact.name ? '' : fact.meaning.zh);

const codeName = (fact: VocabularyFact, i: number): string => (language() === 'en' ? fact.codes_en[i] : fact.codes[i]) ?? '';

function Choice({ id, value, options, onChange }: { id: string; value: string; options: [string, string][]; onChange: (value: string) => void }) {
  return (
    <select id={id} value={value} onChange={(e) => onChange(e.target.value)}>
      <option value={UNKNOWN}>{t('studio.unknown')}</option>
      {options.map(([code, label]) => <option key={code} value={code}>{label}</option>)}
    </select>
  );
}

function Scalar({ fact, id, value, onChange }: One) {
  const text = value === undefined || value === null ? UNKNOWN : String(value);
  if (fact.kind === 'boolean') return <Choice id={id} value={text} options={[['true', t('form.yes')], ['false', t('form.no')]]} onChange={(one) => onChange(one === UNKNOWN ? undefined : one === 'true')} />;
  if (fact.codes.length > 0) return <Choice id={id} value={text} options={fact.codes.map((code, i) => [code, codeName(fact, i)])} onChange={(one) => onChange(one === UNKNOWN ? undefined : one)} />;
  if (fact.kind === 'date') return <input id={id} type="date" className="plain-input" value={text} onChange={(e) => onChange(e.target.value || undefined)} />;
  if (fact.kind === 'number') {
    return <input id={id} type="number" className="plain-input" min={fact.low ?? 0} max={fact.high ?? undefined} step={fact.low === undefined || fact.low === null ? 'any' : 1} value={text} onChange={(e) => onChange(e.target.value === UNKNOWN ? undefined : Number(e.target.value))} />;
  }
  return <input id={id} type="text" className="plain-input" value={text} onChange={(e) => onChange(e.target.value || undefined)} />;
}

/** Codes of which several may hold: an empty list says that none does. */
function Codes({ fact, id, value, onChange }: One) {
  const list = Array.isArray(value) ? value : null;
  const toggle = (code: string) => onChange(list?.includes(code) ? list.filter((one) => one !== code) : [...(list ?? []), code]);
  return (
    <div className="studio-codes" role="group" aria-labelledby={`${id}-name`}>
      <label><input type="checkbox" checked={list === null} onChange={() => onChange(list === null ? [] : undefined)} /> {t('studio.unknown')}</label>
      {fact.codes.map((code, i) => <label key={code}><input type="checkbox" checked={list?.includes(code) ?? false} onChange={() => toggle(code)} /> {codeName(fact, i)}</label>)}
    </div>
  );
}

interface Many { all: VocabularyFact[]; asked: Set<string>; name: string; entity: string; id: string; value: Json | undefined; onChange: (value: Json | undefined) => void }

function Entries({ all, asked, name, entity, id, value, onChange }: Many) {
  const list = Array.isArray(value) ? value : null;
  return (
    <div className="studio-entries">
      {list === null && <p className="quiet">{t('studio.listUnknown')}</p>}
      {list?.length === 0 && <p className="quiet">{t('studio.listEmpty')}</p>}
      {list?.map((one, i) => (
        <fieldset key={i}>
          <legend>{name} {i + 1} <button type="button" className="text-button" onClick={() => onChange(list.filter((_, k) => k !== i))}>{t('studio.removeOne')}<span className="hidden">{name} {i + 1}</span></button></legend>
          <Entity all={all} asked={asked} entity={entity} id={`${id}-${i}`} value={isFacts(one) ? one : {}} onChange={(next) => onChange(list.map((old, k) => (k === i ? next : old)))} />
        </fieldset>
      ))}
      <div className="row">
        <button type="button" className="text-button" onClick={() => onChange([...(list ?? []), {}])}>{t('studio.addOne')}<span className="hidden">{name}</span></button>
        {list === null
          ? <button type="button" className="text-button" onClick={() => onChange([])}>{t('studio.hasNone')}<span className="hidden">{name}</span></button>
          : <button type="button" className="text-button" onClick={() => onChange(undefined)}>{t('studio.unknown')}<span className="hidden">{name}</span></button>}
      </div>
    </div>
  );
}

function Field({ all, asked, fact, id, value, onChange }: One & { all: VocabularyFact[]; asked: Set<string> }) {
  const label = labelOf(fact);
  const hint = hintOf(fact);
  const unit = fact.unit ? <span className="quiet"> {fact.unit}</span> : null;
  if (fact.of && !fact.list) {
    return <fieldset><legend>{label}</legend><Entity all={all} asked={asked} entity={fact.of} id={id} value={isFacts(value) ? value : {}} onChange={(next) => onChange(Object.keys(next).length > 0 || isFacts(value) ? next : undefined)} /></fieldset>;
  }
  if (fact.of) return <div className="studio-fact"><strong>{label}</strong><Entries all={all} asked={asked} name={fact.name} entity={fact.of} id={id} value={value} onChange={onChange} /></div>;
  if (fact.list && fact.codes.length > 0) {
    return <div className="studio-fact"><strong id={`${id}-name`}>{label}</strong><Codes fact={fact} id={id} value={value} onChange={onChange} /></div>;
  }
  if (fact.list) {
    const text = Array.isArray(value) ? value.join(' ') : UNKNOWN;
    const read = (words: string): Json => words.trim().split(/\s+/).map((word) => (fact.kind === 'number' ? Number(word) : word));
    return <label className="studio-fact" htmlFor={id}><span>{label}{unit}</span><input id={id} type="text" className="plain-input" defaultValue={text} onBlur={(e) => onChange(e.target.value.trim() ? read(e.target.value) : undefined)} /></label>;
  }
  return (
    <div className="studio-fact">
      <label htmlFor={id}>{label}{unit}</label>
      <Scalar fact={fact} id={id} value={value} onChange={onChange} />
      {hint && <span className="quiet">{hint}</span>}
    </div>
  );
}

interface Part { all: VocabularyFact[]; asked: Set<string>; entity: string; id: string; value: Facts; onChange: (value: Facts) => void }

/** What the policy asks for stands open, the rest of the vocabulary behind one line. */
function Entity({ all, asked, entity, id, value, onChange }: Part) {
  const own = factsOf(all, entity);
  const first = own.filter((fact) => asked.has(`${entity}.${fact.name}`) || value[fact.name] !== undefined);
  const rest = own.filter((fact) => !first.includes(fact));
  const draw = (fact: VocabularyFact) => (
    <Field key={fact.name} all={all} asked={asked} fact={fact} id={`${id}-${own.indexOf(fact)}`} value={value[fact.name]} onChange={(next) => onChange(stated(value, fact.name, next))} />
  );
  return (
    <div className="studio-facts">
      {first.map(draw)}
      {rest.length > 0 && <details><summary>{t('studio.moreFacts', { n: rest.length })}</summary><div className="studio-facts">{rest.map(draw)}</div></details>}
    </div>
  );
}

export function FactsForm({ all, asked, value, onChange }: { all: VocabularyFact[]; asked: Set<string>; value: Facts; onChange: (value: Facts) => void }) {
  useLanguage();
  return <Entity all={all} asked={asked} entity={all[0]?.entity ?? ''} id="fact" value={value} onChange={onChange} />;
}
