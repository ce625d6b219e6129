import { useEffect, useState } from 'react';
import { useCall } from '../../api/hooks';
import type { ImportBatchInfo } from '../../api/types.gen';
import { Empty, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { count, day, moment } from '../../locale/format';
import { ImportForm } from './ImportForm';

export const stateMark: Record<ImportBatchInfo['state'], string> = { running: 'is-warn', waiting: 'is-warn', done: 'is-good', undoing: 'is-warn', undone: '' };
const EVERY_MS = 2000;

function Batches({ items }: { items: ImportBatchInfo[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('imports.batches')}>
      <table className="grid">
        <thead><tr><th scope="col">{t('imports.file')}</th><th scope="col">{t('imports.register')}</th><th scope="col">{t('imports.state')}</th><th scope="col" className="is-number">{t('imports.added')}</th><th scope="col" className="is-number">{t('imports.changed')}</th><th scope="col" className="is-number">{t('imports.rejected')}</th><th scope="col">{t('imports.from')}</th><th scope="col">{t('imports.begun')}</th></tr></thead>
        <tbody>{items.map((one) => (
          <tr key={one.id}>
            <th scope="row"><a href={link('imports', one.id)}>{one.file}</a></th>
            <td className="is-day">{say(one.title)}</td>
            <td className="is-day"><span className={`mark ${stateMark[one.state]}`}>{t(`imports.state.${one.state}`)}</span>{one.state === 'running' && <> {t('imports.readTo', { n: count(one.lines) })}</>}</td>
            <td className="is-number number">{count(one.added)}</td><td className="is-number number">{count(one.changed)}</td><td className="is-number number">{count(one.rejected)}</td>
            <td className="is-day">{day(one.valid_from)}</td><td className="is-day">{moment(one.begun_at)} {one.begun_by}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** Files of offices into registers: read in unseen, looked at, confirmed or taken back. */
export function ImportsPage() {
  const question = useCall('imports');
  const [reading, setReading] = useState(false);
  const { reload } = question;
  useEffect(() => { // how far it has come
    if (!reading) return undefined;
    const timer = setInterval(reload, EVERY_MS);
    return () => clearInterval(timer);
  }, [reading, reload]);
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.imports')}</h1></div>
      <p className="quiet">{t('imports.lead')}</p>
      <ImportForm onReading={setReading} />
      <section className="panel">
        <h2>{t('imports.batches')}</h2>
        <Show of={question} lines={4}>{(data) => data.items.length === 0 ? <Empty title={t('imports.none')} /> : <Batches items={data.items} />}</Show>
      </section>
    </>
  );
}
