import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { RecordDetail, Register, RegisterField, RegisterRecord } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { ErrorSummary, type SummaryItem } from '../../components/ErrorSummary';
import { Problem, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { FieldInput } from './FieldInput';
import { parse, typed, valuesOf } from './values';

type Texts = Record<string, string>;

/** What was typed, checked; only what differs from `former` is sent. */
function read(of: Register, texts: Texts, former: RegisterRecord | null): { values: Record<string, unknown>; errors: SummaryItem[] } {
  const values: Record<string, unknown> = {};
  const errors: SummaryItem[] = [];
  for (const field of of.fields) {
    const text = texts[field.column] ?? '';
    const before = former ? startOf(field, former) : '';
    if (former && text === before) continue;
    const value = parse(field, text);
    const id = `field-${field.column}`;
    if (value === undefined) errors.push({ id, text: t('registers.notNumber', { field: say(field.name) }) });
    else if (value === null && field.required) errors.push({ id, text: t('registers.required', { field: say(field.name) }) });
    else values[field.column] = value;
  }
  return { values, errors };
}

/** A personal field is masked here, so its input starts empty and an empty one leaves it as it is. */
const startOf = (field: RegisterField, record: RegisterRecord): string => (field.personal ? '' : typed(field, valuesOf(record)[field.column]));

interface Props { of: Register; former: RegisterRecord | null; correction?: boolean; onDone: (after: RecordDetail) => void }

export function RecordForm({ of, former, correction = false, onDone }: Props) {
  const { meta } = useSession();
  const act = useAct();
  const [texts, setTexts] = useState<Texts>(() => Object.fromEntries(of.fields.map((field) => [field.column, former ? startOf(field, former) : ''])));
  const [from, setFrom] = useState(meta?.today ?? '');
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<SummaryItem[]>([]);
  const [round, setRound] = useState(0);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const { values, errors: wrong } = read(of, texts, former);
    if (!correction && !from) wrong.push({ id: 'field-valid-from', text: t('registers.required', { field: t('registers.from') }) });
    if (former && !reason.trim()) wrong.push({ id: 'field-reason', text: t('registers.required', { field: t('registers.reason') }) });
    if (former && Object.keys(values).length === 0 && wrong.length === 0) wrong.push({ id: `field-${of.fields[0]?.column}`, text: t('registers.noChange') });
    setErrors(wrong);
    setRound(round + 1);
    if (wrong.length) return;
    void act.run(async () => onDone(former
      ? await call('record_change', { path: { register: of.name, record: former.id }, body: { values: values as never, correction, valid_from: correction ? null : from, reason: reason.trim() } })
      : await call('record_new', { path: { register: of.name }, body: { values: values as never, valid_from: from } })));
  };
  return (
    <form className="panel" onSubmit={send} noValidate>
      <ErrorSummary items={errors} round={round} />
      <div className="record-form">
        {of.fields.map((field) => (
          <div key={field.column}>
            <label htmlFor={`field-${field.column}`}>{say(field.name)}{field.required && <span className="quiet"> {t('registers.must')}</span>}{say(field.unit) && <span className="quiet"> {say(field.unit)}</span>}</label>
            <FieldInput id={`field-${field.column}`} field={field} value={texts[field.column] ?? ''} onChange={(value) => setTexts((old) => ({ ...old, [field.column]: value }))} />
            {former && field.personal && <span className="quiet">{t('registers.keepEmpty')}</span>}
          </div>
        ))}
        {!correction && <div><label htmlFor="field-valid-from">{t(former ? 'registers.changeFrom' : 'registers.from')}</label><DateField id="field-valid-from" value={from} onChange={setFrom} max={meta?.today} /></div>}
        {former && <div><label htmlFor="field-reason">{t('registers.reason')}</label><Input id="field-reason" value={reason} maxLength={500} onChange={(e) => setReason(e.target.value)} /></div>}
      </div>
      {act.error && <Problem error={act.error} focus />}
      <p className="row"><Button type="primary" htmlType="submit" loading={act.busy}>{t('registers.save')}</Button></p>
    </form>
  );
}

/** Add a record to a register. */
export function NewRecordPage({ name }: { name: string }) {
  const question = useCall('register', { path: { register: name } });
  return (
    <>
      <p><a href={link('registers', name)}>{t('registers.backToList')}</a></p>
      <Show of={question} lines={8}>{(of) => (
        <>
          <h1>{t('registers.addTo', { name: say(of.title) })}</h1>
          <RecordForm of={of} former={null} onDone={(after) => go(after.record ? link('registers', name, after.record.id) : link('registers', name))} />
        </>
      )}</Show>
    </>
  );
}
