import { useId, type ReactNode } from 'react';
import type { Json } from '../api/types.gen';
import { t } from '../locale';
import type { Scope } from './feel';
import { DateInput } from './DateInput';
import { localMoment } from './moment';
import { maskedReference, optionsFor, type Field } from './schema';
import { sameJson } from './settle';
import { filled } from './template';
import { pathText } from './validate';

interface Props {
  field: Field;
  value: Json | undefined;
  path: (string | number)[];
  scope: Scope;
  error: string | undefined;
  /** Nothing can be written here. */
  off: boolean;
  heading: boolean;
  plain: boolean;
  /** What the register knows of it. */
  known?: Json | undefined;
  onChange: (value: Json) => void;
}

/** One question: its words, why it is asked, its mistake, and the place to answer. */
export function FieldBox(props: Props) {
  const { path, value, error, heading, plain, scope } = props;
  const field = { ...props.field, label: filled(props.field.label, scope) };
  const id = `q-${pathText(path)}`;
  const words = useId();
  const hint = filled(plain ? field.plain || field.description : field.description || field.plain, scope);
  const fromRegister = props.known !== undefined && value !== undefined && sameJson(props.known, value);
  const describedBy = [hint ? `${words}h` : '', fromRegister ? `${words}r` : '', error ? `${words}e` : ''].filter(Boolean).join(' ') || undefined;
  const grouped = ['radio', 'checklist', 'date'].includes(field.type);
  const label: ReactNode = (
    <>
      {field.label}
      {!field.rules.required && field.type !== 'checkbox' && <span className="form-optional">{t('form.optional')}</span>}
    </>
  );
  const around = (
    <>
      {hint && <p className="form-hint" id={`${words}h`}>{hint}</p>}
      {fromRegister && <p className="form-known" id={`${words}r`}>{t(maskedReference(field, value) ? 'form.knownNumber' : 'form.known')}</p>}
      {field.why && (
        <details className="form-why"><summary>{t('form.why')}</summary><p>{field.why}</p></details>
      )}
      {error && <p className="form-error" id={`${words}e`}><span className="hidden">{t('form.errorMark')}</span>{error}</p>}
    </>
  );
  const input = <Input {...props} field={field} id={id} describedBy={describedBy} />;
  const box = `form-field${error ? ' is-wrong' : ''}`;
  if (grouped) {
    return (
      <fieldset className={box} id={id} tabIndex={-1} aria-describedby={describedBy}>
        <legend>{heading ? <h1>{label}</h1> : label}</legend>
        {around}
        {input}
      </fieldset>
    );
  }
  if (field.type === 'checkbox') return <div className={box}>{around}{input}</div>;
  return (
    <div className={box}>
      {heading ? <h1><label htmlFor={id}>{label}</label></h1> : <label className="form-label" htmlFor={id}>{label}</label>}
      {around}
      {input}
    </div>
  );
}

type InputProps = Props & { id: string; describedBy: string | undefined };

function Input({ field, value, scope, off, error, onChange, id, describedBy }: InputProps) {
  const [prefix, suffix] = [filled(field.prefix, scope), filled(field.suffix, scope)];
  const text = value === undefined || value === null ? '' : String(value);
  const common = { id, disabled: off, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy };
  switch (field.type) {
    case 'textarea':
      return <textarea {...common} rows={5} value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'number':
      return affixed(prefix, suffix, <input {...common} inputMode="decimal" autoComplete="off" className="is-number" value={text} onChange={(e) => onChange(e.target.value)} />);
    case 'select':
      return (
        <select {...common} value={keyOf(value)} onChange={(e) => onChange(optionsFor(field, scope).find((o) => keyOf(o.value) === e.target.value)?.value ?? null)}>
          <option value="">{t('form.choose')}</option>
          {optionsFor(field, scope).map((o) => <option key={keyOf(o.value)} value={keyOf(o.value)}>{o.label}</option>)}
        </select>
      );
    case 'radio':
      return <Choices field={field} scope={scope} name={id} off={off} type="radio" chosen={value === undefined ? [] : [value]} onPick={(v) => onChange(v)} />;
    case 'checklist': {
      const list = Array.isArray(value) ? value : [];
      return (
        <Choices field={field} scope={scope} name={id} off={off} type="checkbox" chosen={list}
          onPick={(v) => onChange(list.some((x) => sameJson(x, v)) ? list.filter((x) => !sameJson(x, v)) : [...list, v])} />
      );
    }
    case 'checkbox':
      return (
        <label className="form-choice">
          <input {...common} type="checkbox" checked={value === true} onChange={(e) => onChange(e.target.checked)} />
          <span>{field.label}</span>
        </label>
      );
    case 'date':
      return <DateInput id={id} value={text} off={off} wrong={!!error} onChange={onChange} />;
    case 'time':
      return <input {...common} type="time" value={localMoment(field, text)} onChange={(e) => onChange(e.target.value)} />;
    case 'datetime':
      return <input {...common} type="datetime-local" value={localMoment(field, text)} onChange={(e) => onChange(e.target.value)} />;
    case 'files':
      return <p className="form-hint">{t('form.filesLater')}</p>;
    default:
      if (maskedReference(field, value)) return <KnownNumber id={id} masked={maskedReference(field, value)!} describedBy={describedBy} off={off} onChange={onChange} />;
      return affixed(prefix, suffix,
        <input {...common} type="text" autoComplete={field.idnum ? 'off' : undefined} inputMode={field.rules.kind === 'phone' ? 'tel' : undefined}
          className={field.idnum ? 'is-id' : undefined} spellCheck={false} value={text} onChange={(e) => onChange(e.target.value)} />);
  }
}

/** The register's number: its ends only; the rest never came here. */
function KnownNumber({ id, masked, describedBy, off, onChange }: { id: string; masked: string; describedBy: string | undefined; off: boolean; onChange: (value: Json) => void }) {
  const correct = () => {
    onChange('');
    setTimeout(() => document.getElementById(id)?.focus(), 0);
  };
  return (
    <div className="form-affix is-known">
      <input id={id} className="is-id" readOnly aria-describedby={describedBy} value={masked} />
      {!off && <button type="button" className="text-button" onClick={correct}>{t('form.correct')}</button>}
    </div>
  );
}

/** A choice's value as text: a value may be an object. */
const keyOf = (value: Json | undefined): string => typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');

const affixed = (prefix: string, suffix: string, input: ReactNode) => !prefix && !suffix ? input : (
  <div className="form-affix">
    {prefix && <span aria-hidden="true">{prefix}</span>}
    {input}
    {suffix && <span aria-hidden="true">{suffix}</span>}
  </div>
);

function Choices({ field, scope, name, type, chosen, off, onPick }: {
  field: Field; scope: Scope; name: string; type: 'radio' | 'checkbox'; chosen: Json[]; off: boolean; onPick: (value: Json) => void;
}) {
  return (
    <div className="form-choices">
      {optionsFor(field, scope).map((option, i) => (
        <label className="form-choice" key={keyOf(option.value)}>
          <input id={i === 0 ? `${name}-first` : undefined} type={type} name={name} value={keyOf(option.value)} disabled={off}
            checked={chosen.some((x) => sameJson(x, option.value))} onChange={() => onPick(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
