import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { RecordDetail, RecordPast, Register, RegisterField, RegisterRecord } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, moment } from '../../locale/format';
import { Masked } from '../Reveal';
import { RecordForm } from './RecordForm';
import { show, valuesOf } from './values';

function Value({ of, field, record }: { of: Register; field: RegisterField; record: RegisterRecord }) {
  const text = show(field, record);
  if (!text) return <span className="quiet">{t('registers.unknown')}</span>;
  if (field.may_reveal) {
    return <Masked masked={text} name={say(of.title)} field={say(field.name)}
      reveal={(purpose) => call('record_reveal', { path: { register: of.name, record: record.id }, body: { field: field.column, purpose } })} />;
  }
  if (field.type === 'ref') return <a href={link('registers', field.register ?? '', String(valuesOf(record)[field.column]))}>{text}</a>;
  return <>{text}</>;
}

function What({ of, record }: { of: Register; record: RegisterRecord }) {
  return (
    <section className="panel">
      <table className="grid record">
        <caption>{record.valid_to ? t('registers.heldUntil', { from: day(record.valid_from), to: day(record.valid_to) }) : t('registers.holdsSince', { from: day(record.valid_from) })}</caption>
        <tbody>
          {of.fields.map((field) => <tr key={field.column}><th scope="row">{say(field.name)}</th><td><Value of={of} field={field} record={record} /></td></tr>)}
        </tbody>
      </table>
    </section>
  );
}

function End({ of, record, onDone }: { of: Register; record: RegisterRecord; onDone: (after: RecordDetail) => void }) {
  const { meta } = useSession();
  const act = useAct();
  const [on, setOn] = useState(meta?.today ?? '');
  const [reason, setReason] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (on && reason.trim()) void act.run(async () => onDone(await call('record_end', { path: { register: of.name, record: record.id }, body: { on, reason: reason.trim() } })));
  };
  return (
    <form className="panel" onSubmit={send}>
      <p>{t('registers.endMeans')}</p>
      <div className="filters">
        <label htmlFor="end-on">{t('registers.endOn')}<DateField id="end-on" value={on} onChange={setOn} max={meta?.today} /></label>
        <label>{t('registers.reason')}<Input value={reason} maxLength={500} onChange={(e) => setReason(e.target.value)} /></label>
        <Button danger htmlType="submit" disabled={!on || !reason.trim()} loading={act.busy}>{t('registers.end')}</Button>
      </div>
      {act.error && <Problem error={act.error} focus />}
    </form>
  );
}

type Doing = 'change' | 'correct' | 'end' | null;

function Acts({ of, record, onDone }: { of: Register; record: RegisterRecord; onDone: (after: RecordDetail) => void }) {
  const [doing, setDoing] = useState<Doing>(null);
  const done = (after: RecordDetail) => { setDoing(null); onDone(after); };
  const button = (what: Exclude<Doing, null>) => <Button type={doing === what ? 'primary' : 'default'} aria-expanded={doing === what} onClick={() => setDoing(doing === what ? null : what)}>{t(`registers.act.${what}`)}</Button>;
  return (
    <>
      <p className="row">{button('change')}{button('correct')}{button('end')}</p>
      {doing && <p className="quiet">{t(`registers.means.${doing}`)}</p>}
      {(doing === 'change' || doing === 'correct') && <RecordForm key={`${doing}-${record.version}`} of={of} former={record} correction={doing === 'correct'} onDone={done} />}
      {doing === 'end' && <End of={of} record={record} onDone={done} />}
    </>
  );
}

/** What one row says otherwise than the row before it in time of recording. */
function differs(of: Register, row: RegisterRecord, before: RegisterRecord | undefined): RegisterField[] {
  if (!before) return [];
  return of.fields.filter((field) => JSON.stringify(valuesOf(row)[field.column]) !== JSON.stringify(valuesOf(before)[field.column]));
}

function History({ of, rows }: { of: Register; rows: RecordPast[] }) {
  return (
    <section className="panel">
      <h2>{t('registers.history')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('registers.history')}>
        <table className="grid">
          <thead><tr>{['recorded', 'held', 'what', 'by'].map((name) => <th key={name} scope="col">{t(`registers.past.${name}`)}</th>)}</tr></thead>
          <tbody>
            {rows.map(({ record, by, batch }, i) => {
              const other = differs(of, record, rows[i + 1]?.record);
              return (
                <tr key={record.version} className={record.superseded_at ? 'quiet' : undefined}>
                  <td className="nowrap">{moment(record.recorded_at)}{record.superseded_at && <><br />{t('registers.until', { at: moment(record.superseded_at) })}</>}</td>
                  <td className="nowrap">{day(record.valid_from)} – {record.valid_to ? day(record.valid_to) : ''}</td>
                  <td>{rows[i + 1] ? other.map((field) => <span key={field.column} className="past-field">{t('registers.became', { field: say(field.name), value: show(field, record) || t('registers.unknown') })}</span>) : t('registers.first')}{record.reason && <span className="quiet"> {record.reason}</span>}</td>
                  <td>{by || t('registers.system')}{batch ? ` · ${t('registers.byImport', { source: record.source })}` : ''}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Detail({ of, id }: { of: Register; id: string }) {
  const [on, setOn] = useState('');
  const question = useCall('record', { path: { register: of.name, record: id }, query: { on: on || undefined } });
  const title = of.fields.find((field) => field.column === of.title_column) as RegisterField;
  return (
    <Show of={question} lines={8}>{(data) => (
      <>
        <h1>{data.record ? show(title, data.record) : say(of.title)}</h1>
        <div className="filters"><label htmlFor="record-on">{t('registers.on')}<DateField id="record-on" value={on} onChange={setOn} /></label></div>
        {data.record ? <What of={of} record={data.record} /> : <Empty title={t('registers.notThen')}><p>{t('registers.notThenHint')}</p></Empty>}
        {data.record && data.may_write && !on && <Acts of={of} record={data.record} onDone={question.set} />}
        <History of={of} rows={data.history} />
      </>
    )}</Show>
  );
}

/** One record: what it says, as of any day, what changed and who wrote it. */
export function RecordPage({ name, id }: { name: string; id: string }) {
  const question = useCall('register', { path: { register: name } });
  return (
    <>
      <p><a href={link('registers', name)}>{t('registers.backToList')}</a></p>
      <Show of={question} lines={8}>{(of) => <Detail key={id} of={of} id={id} />}</Show>
    </>
  );
}
