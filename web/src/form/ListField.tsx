import { useState } from 'react';
import type { Json } from '../api/types.gen';
import { t } from '../locale';
import { FormFields, type FieldsProps, type Path } from './FormFields';
import { answerRows } from './pages';
import { answerWords } from './sentences';
import { initial, isObject, type Answers, type Field } from './schema';
import { rowScope } from './settle';
import { filled } from './template';
import { pathText } from './validate';

type Props = FieldsProps & { field: Field; value: Json | undefined; path: Path };

/** Several of the same: each is a card, one is open at a time. */
export function ListField(props: Props) {
  const { field, value, path, onChange, errors, scope } = props;
  const label = filled(field.label, scope);
  const fixed = field.fixedRows || props.lock === 'readonly' || props.lock === 'disabled';
  const full = field.rules.maxItems !== null && !field.rules.maxItems.startsWith('=') && Array.isArray(value) && value.length >= Number(field.rules.maxItems);
  const rows = Array.isArray(value) ? value : [];
  const [open, setOpen] = useState<number | null>(rows.length === 1 && isBlank(rows[0]) ? 0 : null);
  const wrong = (i: number) => [...errors.keys()].some((key) => key.startsWith(`${pathText([...path, i])}.`) || key === pathText([...path, i]));
  const add = () => {
    onChange(path, [...rows, initial(field.children)]);
    setOpen(rows.length);
    focusRow(path, rows.length);
  };
  const remove = (i: number) => {
    onChange(path, rows.filter((_, other) => other !== i));
    setOpen(null);
    document.getElementById(`list-${pathText(path)}`)?.focus();
  };
  const done = (i: number) => { setOpen(null); focusRow(path, i); };
  return (
    <section className="form-list">
      {label && (props.heading ? <h1>{label}</h1> : <h2 className="form-label">{label}</h2>)}
      {errors.get(pathText(path)) && <p className="form-error"><span className="hidden">{t('form.errorMark')}</span>{errors.get(pathText(path))}</p>}
      {(field.description || field.plain) && <p className="form-hint">{props.plain ? field.plain || field.description : field.description || field.plain}</p>}
      {field.why && <details className="form-why"><summary>{t('form.why')}</summary><p>{field.why}</p></details>}
      {rows.length === 0 && <p className="form-none">{t('form.listEmpty')}</p>}
      <ol>
        {rows.map((row, i) => (
          <li key={i} className={`form-card${open === i || wrong(i) ? ' is-open' : ''}`} tabIndex={-1} id={`row-${pathText([...path, i])}`}>
            <RowHead {...props} row={row} i={i} open={open === i || wrong(i)} onOpen={() => setOpen(i)} onRemove={() => remove(i)} />
            {(open === i || wrong(i)) && (
              <>
                <RowFields {...props} row={row} i={i} />
                <button type="button" className="button is-second" onClick={() => done(i)}>{t('form.rowDone')}</button>
              </>
            )}
          </li>
        ))}
      </ol>
      {!fixed && !full && (
        <button type="button" className="button is-second" id={`list-${pathText(path)}`} onClick={add}>
          {rows.length === 0 ? t('form.add') : t('form.addAnother')}
        </button>
      )}
    </section>
  );
}

const isBlank = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) ? value.every(isBlank) : isObject(value) && Object.values(value).every(isBlank));

function focusRow(path: Path, i: number) {
  setTimeout(() => document.getElementById(`row-${pathText([...path, i])}`)?.focus(), 0);
}

type RowProps = Props & { row: Json; i: number };

function RowFields(props: RowProps) {
  const { field, row, path, i, root, scope } = props;
  return (
    <FormFields {...props} heading={false} fields={field.children} answers={row} scope={rowScope(root, scope, [...path, i])} base={[...path, i]} />
  );
}

function RowHead(props: RowProps & { open: boolean; onOpen: () => void; onRemove: () => void }) {
  const { field, row, i, open, onOpen, onRemove } = props;
  const fixed = field.fixedRows || props.lock === 'readonly' || props.lock === 'disabled';
  const summary = answerRows(field.children, field.children, isObject(row) ? row as Answers : {}, answerWords())
    .filter((r) => !r.heading && r.depth === 0 && r.value !== t('form.none')).slice(0, 3).map((r) => r.value); // what a row is called by, not all it says
  const title = t('form.entry', { label: filled(field.label, props.scope), n: i + 1 });
  return (
    <div className="form-card-head">
      <strong>{title}</strong>
      {!open && <span className="form-card-words">{summary.join(t('form.join'))}</span>}
      <span className="form-card-acts">
        {!open && <button type="button" className="text-button" onClick={onOpen}>{t('form.edit')}<span className="hidden">{title}</span></button>}
        {!fixed && <button type="button" className="text-button" onClick={onRemove}>{t('form.remove')}<span className="hidden">{title}</span></button>}
      </span>
    </div>
  );
}
