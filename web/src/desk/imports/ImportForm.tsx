import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { ImportDone, RegisterInfo } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem, Show } from '../../components/State';
import { go } from '../../components/route';
import { say, t } from '../../locale';
import { count } from '../../locale/format';
import { PurposeChoice } from '../PurposeGate';

const PEOPLE = 'population';
interface Asked { register: string; from: string; purpose: string; file: File | null }

/** Headings hold no comma or equals sign in what the server is told: such a column is left as it was guessed. */
const sayable = (heading: string) => heading !== '' && !/[,=]/.test(heading);

function mapOf(seen: ImportDone, chosen: Record<number, string>): string | undefined {
  if (Object.keys(chosen).length === 0) return undefined;
  return seen.columns.flatMap((column, i) => sayable(column.heading) ? [`${column.heading}=${chosen[i] ?? column.column ?? ''}`] : []).join(',');
}

function Columns({ seen, chosen, choose }: { seen: ImportDone; chosen: Record<number, string>; choose: (i: number, column: string) => void }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('imports.columns')}>
      <table className="grid">
        <thead><tr><th scope="col">{t('imports.heading')}</th><th scope="col">{t('imports.field')}</th></tr></thead>
        <tbody>{seen.columns.map((column, i) => column.heading !== '' && (
          <tr key={i}>
            <th scope="row">{column.heading}</th>
            <td>
              <select aria-label={t('imports.fieldOf', { heading: column.heading })} value={chosen[i] ?? column.column ?? ''} disabled={!sayable(column.heading)} onChange={(e) => choose(i, e.target.value)}>
                <option value="">{t('imports.leftOut')}</option>
                {seen.fields.map((field) => <option key={field.column} value={field.column}>{say(field.name)}</option>)}
              </select>
            </td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

export function Counts({ of }: { of: { added: number; changed: number; same: number; rejected: number; possible: number } }) {
  return (
    <dl className="figures">
      <div><dt>{t('imports.added')}</dt><dd className="number">{count(of.added)}</dd></div>
      <div><dt>{t('imports.changed')}</dt><dd className="number">{count(of.changed)}</dd></div>
      <div><dt>{t('imports.same')}</dt><dd className="number">{count(of.same)}</dd></div>
      <div><dt>{t('imports.rejected')}</dt><dd className={`number${of.rejected ? ' is-bad' : ''}`}>{count(of.rejected)}</dd></div>
      {of.possible > 0 && <div><dt>{t('imports.possible')}</dt><dd className="number">{count(of.possible)}</dd></div>}
    </dl>
  );
}

function Seen({ seen, file, chosen, choose }: { seen: ImportDone; file: File; chosen: Record<number, string>; choose: (i: number, column: string) => void }) {
  const rejected = seen.rejected_file;
  return (
    <>
      <h3>{t('imports.seen')}</h3>
      <p role="status">{t('imports.seenRows', { n: count(seen.rows), line: seen.heading_line })}</p>
      <Counts of={seen} />
      {seen.macros && <p className="note is-warn">{t('imports.macros')}</p>}
      {rejected && <p><Button onClick={() => saveBlob(new Blob([rejected], { type: 'text/csv' }), `${file.name}.rejected.csv`)}>{t('imports.saveRejected', { n: count(seen.rejected) })}</Button></p>}
      <h3>{t('imports.columns')}</h3>
      <p className="quiet">{t('imports.columnsHint')}</p>
      <Columns seen={seen} chosen={chosen} choose={choose} />
    </>
  );
}

function Form({ registers, onReading }: { registers: RegisterInfo[]; onReading: (reading: boolean) => void }) {
  const [asked, setAsked] = useState<Asked>({ register: PEOPLE, from: '', purpose: '', file: null });
  const [seen, setSeen] = useState<ImportDone | null>(null);
  const [chosen, setChosen] = useState<Record<number, string>>({});
  const [looked, setLooked] = useState<string | undefined>();
  const act = useAct();
  const people = asked.register === PEOPLE;
  const change = (next: Partial<Asked>) => { setAsked({ ...asked, ...next }); setSeen(null); setChosen({}); setLooked(undefined); act.clear(); };
  const { file } = asked;
  const map = seen ? mapOf(seen, chosen) : undefined;
  const send = (preview: boolean) => call('import_new', {
    query: { register: asked.register, name: file?.name ?? '', purpose: people ? asked.purpose : undefined, valid_from: asked.from || undefined, map, preview },
    body: file as File,
  });
  const look = () => act.run(async () => { setSeen(await send(true)); setLooked(map); });
  const take = () => act.run(async () => {
    onReading(true);
    try {
      const done = await send(false);
      if (done.batch) go(`#/imports/${done.batch}`);
    } finally { onReading(false); }
  });
  const ready = !!file && (!people || !!asked.purpose);
  return (
    <section className="panel">
      <h2>{t('imports.new')}</h2>
      <div className="filters">
        <label>{t('imports.register')}
          <select value={asked.register} onChange={(e) => change({ register: e.target.value })}>
            <option value={PEOPLE}>{t('imports.people')}</option>
            {registers.filter((one) => one.may_write).map((one) => <option key={one.name} value={one.name}>{say(one.title)}</option>)}
          </select>
        </label>
        <label>{t('imports.file')}<input type="file" accept=".csv,.txt,.xlsx,.xls" onChange={(e) => change({ file: e.target.files?.[0] ?? null })} /></label>
        <label htmlFor="import-from">{t('imports.from')}<DateField id="import-from" value={asked.from} onChange={(from) => change({ from })} /></label>
      </div>
      {people && <PurposeChoice value={asked.purpose} onChange={(purpose) => change({ purpose })} />}
      <p className="row"><Button onClick={() => void look()} disabled={!ready} loading={act.busy && !seen}>{t('imports.look')}</Button></p>
      {act.error && <Problem error={act.error} focus />}
      {seen && file && (
        <>
          <Seen seen={seen} file={file} chosen={chosen} choose={(i, column) => setChosen({ ...chosen, [i]: column })} />
          <p className="row">
            {map !== looked && <Button onClick={() => void look()} disabled={act.busy}>{t('imports.lookAgain')}</Button>}
            <Button type="primary" onClick={() => void take()} loading={act.busy}>{t('imports.take')}</Button>
          </p>
          <p className="quiet">{t('imports.takeHint')}</p>
        </>
      )}
    </section>
  );
}

/** A file chosen, looked at, read in. */
export function ImportForm({ onReading }: { onReading: (reading: boolean) => void }) {
  const question = useCall('registers');
  return <Show of={question} lines={4}>{(data) => <Form registers={data.items} onReading={onReading} />}</Show>;
}

