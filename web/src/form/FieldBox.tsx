import { useId, type ReactNode } from 'react';
import type { Json } from '../api/types.gen';
import { t } from '../locale';
import type { Scope } from './feel';
import { DateInput } from './DateInput';
import { locked, optionsFor, type Field } from './schema';
import { pathText } from './validate';

interface Props {
  field: Field;
  value: Json | undefined;
  path: (string | number)[];
  scope: Scope;
  error: string | undefined;
  heading: boolean;
  plain: boolean;
  onChange: (value: Json) => void;
}

/** One question: its words, why it is asked, its mistake, and the place to answer. */
export function FieldBox(props: Props) {
  const { field, path, error, heading, plain } = props;
  const id = `q-${pathText(path)}`;
  const words = useId();
  const hint = plain ? field.plain || field.description : field.description || field.plain;
  const describedBy = [hint ? `${words}h` : '', error ? `${words}e` : ''].filter(Boolean).join(' ') || undefined;
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
      {field.why && (
        <details className="form-why"><summary>{t('form.why')}</summary><p>{field.why}</p></details>
      )}
      {error && <p className="form-error" id={`${words}e`}><span className="hidden">{t('form.errorMark')}</span>{error}</p>}
    </>
  );
  const input = <Input {...props} id={id} describedBy={describedBy} />;
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

function Input({ field, value, scope, error, onChange, id, describedBy }: InputProps) {
  const off = locked(field, scope);
  const text = value === undefined || value === null ? '' : String(value);
  const common = { id, disabled: off, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy };
  switch (field.type) {
    case 'textarea':
      return <textarea {...common} rows={5} value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'number':
      return (
        <div className="form-affix">
          <input {...common} inputMode="decimal" autoComplete="off" className="is-number" value={text} onChange={(e) => onChange(e.target.value)} />
          {field.suffix && <span aria-hidden="true">{field.suffix}</span>}
        </div>
      );
    case 'select':
      return (
        <select {...common} value={text} onChange={(e) => onChange(optionsFor(field, scope).find((o) => String(o.value) === e.target.value)?.value ?? null)}>
          <option value="">{t('form.choose')}</option>
          {optionsFor(field, scope).map((o) => <option key={String(o.value)} value={String(o.value)}>{o.label}</option>)}
        </select>
      );
    case 'radio':
      return <Choices field={field} scope={scope} name={id} off={off} type="radio" chosen={[text]} onPick={(v) => onChange(v)} />;
    case 'checklist': {
      const list = Array.isArray(value) ? value.map(String) : [];
      return (
        <Choices field={field} scope={scope} name={id} off={off} type="checkbox" chosen={list}
          onPick={(v) => onChange(list.includes(String(v)) ? list.filter((x) => x !== String(v)) : [...list, String(v)])} />
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
      return <input {...common} type="time" value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'datetime':
      return <input {...common} type="datetime-local" value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'files':
      return <p className="form-hint">{t('form.filesLater')}</p>;
    default:
      return (
        <input {...common} type="text" autoComplete={field.idnum ? 'off' : undefined} inputMode={field.rules.kind === 'phone' ? 'tel' : undefined}
          className={field.idnum ? 'is-id' : undefined} spellCheck={false} value={text} onChange={(e) => onChange(e.target.value)} />
      );
  }
}

function Choices({ field, scope, name, type, chosen, off, onPick }: {
  field: Field; scope: Scope; name: string; type: 'radio' | 'checkbox'; chosen: string[]; off: boolean; onPick: (value: Json) => void;
}) {
  return (
    <div className="form-choices">
      {optionsFor(field, scope).map((option, i) => (
        <label className="form-choice" key={String(option.value)}>
          <input id={i === 0 ? `${name}-first` : undefined} type={type} name={name} value={String(option.value)} disabled={off}
            checked={chosen.includes(String(option.value))} onChange={() => onPick(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
