import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { ImportBatch, ImportBatchInfo, ImportChange } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { count, day, moment } from '../../locale/format';
import { PurposeGate } from '../PurposeGate';
import { Counts } from './ImportForm';
import { stateMark } from './ImportsPage';

const PEOPLE = 'population';

function Change({ of }: { of: ImportChange }) {
  return (
    <li>
      <h3>{of.title}</h3>
      <dl className="changes">{of.changes.map((value, i) => (
        <div key={i}><dt>{say(value.field)}</dt><dd><del>{value.from || t('imports.empty')}</del> <span aria-hidden="true">{'\u2192'}</span> <ins>{value.to || t('imports.empty')}</ins></dd></div>
      ))}</dl>
    </li>
  );
}

function Changes({ batch, purpose }: { batch: ImportBatch; purpose: string }) {
  const [more, setMore] = useState<{ items: ImportChange[]; next: string | null } | null>(null);
  const act = useAct();
  const cursor = more ? more.next : batch.next;
  const items = [...batch.changes, ...more?.items ?? []];
  const load = () => act.run(async () => {
    const page = await call('import_one', { path: { import: batch.id }, query: { purpose: purpose || undefined, cursor } });
    setMore((old) => ({ items: [...old?.items ?? [], ...page.changes], next: page.next ?? null }));
  });
  return (
    <section className="panel">
      <h2>{t('imports.changes')}</h2>
      <p className="quiet">{t(batch.register === PEOPLE ? 'imports.changesPeople' : 'imports.changesRecords', { n: count(items.length), added: count(batch.added) })}</p>
      <ul className="plain import-changes">{items.map((one) => <Change key={one.id} of={one} />)}</ul>
      {act.error && <Problem error={act.error} />}
      {cursor && <div className="more"><Button onClick={() => void load()} loading={act.busy}>{t('more')}</Button></div>}
    </section>
  );
}

function Rejects({ batch }: { batch: ImportBatch }) {
  const act = useAct();
  const save = () => act.run(async () => saveBlob(await call('import_rejected', { path: { import: batch.id } }) as unknown as Blob, `${batch.file}.rejected.csv`));
  return (
    <section className="panel">
      <h2>{t('imports.rejects')}</h2>
      <p className="row"><Button onClick={() => void save()} loading={act.busy}>{t('imports.saveReasons')}</Button></p>
      {act.error && <Problem error={act.error} />}
      <div className="scroll" tabIndex={0} role="region" aria-label={t('imports.rejects')}>
        <table className="grid">
          <thead><tr><th scope="col" className="is-number">{t('imports.line')}</th><th scope="col">{t('imports.heading')}</th><th scope="col">{t('imports.reason')}</th></tr></thead>
          <tbody>{batch.rejects.map((one) => <tr key={one.line}><td className="is-number number">{one.line}</td><td>{one.heading}</td><td>{one.reason}</td></tr>)}</tbody>
        </table>
      </div>
      {batch.rejects.length < batch.rejected && <p className="quiet">{t('imports.rejectsMore', { n: count(batch.rejects.length) })}</p>}
    </section>
  );
}

function Acts({ batch, reload, done }: { batch: ImportBatch; reload: () => void; done: (text: string) => void }) {
  const [sure, setSure] = useState(false);
  const act = useAct();
  const confirm = () => act.run(async () => {
    const { overtaken } = await call('import_confirm', { path: { import: batch.id } });
    done(overtaken ? t('imports.confirmedBut', { n: count(overtaken) }) : t('imports.confirmed'));
    reload();
  });
  const undo = () => act.run(async () => {
    const { undone, kept } = await call('import_undo', { path: { import: batch.id } });
    setSure(false);
    done(t('imports.undoneText', { undone: count(undone), kept: count(kept) }));
    reload();
  });
  if (!batch.may_act || batch.state === 'undone') return null;
  return (
    <section className="panel">
      <p className="row">
        {batch.state === 'waiting' && <Button type="primary" onClick={() => void confirm()} loading={act.busy && !sure}>{t('imports.confirm')}</Button>}
        {!sure && <Button onClick={() => setSure(true)} disabled={act.busy}>{t('imports.undo')}</Button>}
        {sure && <><Button danger onClick={() => void undo()} loading={act.busy}>{t('imports.undoSure')}</Button><Button onClick={() => setSure(false)}>{t('imports.undoNot')}</Button></>}
      </p>
      <p className="quiet">{t(batch.state === 'waiting' ? 'imports.waitingHint' : batch.state === 'done' ? 'imports.doneHint' : 'imports.runningHint')}</p>
      {act.error && <Problem error={act.error} focus />}
    </section>
  );
}

function Batch({ info, purpose, reloadList }: { info: ImportBatchInfo; purpose: string; reloadList: () => void }) {
  const [said, setSaid] = useState('');
  const question = useCall('import_one', { path: { import: info.id }, query: { purpose: purpose || undefined } });
  const reload = () => { question.reload(); reloadList(); };
  return (
    <Show of={question} lines={8}>{(batch) => (
      <>
        <div className="page-head">
          <h1>{batch.file} <span className={`mark ${stateMark[batch.state]}`}>{t(`imports.state.${batch.state}`)}</span></h1>
          <p className="quiet">{say(batch.title)} · {t('imports.validFrom', { date: day(batch.valid_from) })} · {moment(batch.begun_at)} {batch.begun_by}</p>
        </div>
        <Counts of={batch} />
        {said && <p className="note is-good" role="status">{said}</p>}
        <Acts batch={batch} reload={reload} done={setSaid} />
        {batch.state === 'waiting' && batch.changed > 0 && <Changes key={batch.state} batch={batch} purpose={purpose} />}
        {batch.rejects.length > 0 && <Rejects batch={batch} />}
      </>
    )}</Show>
  );
}

/** One batch: what it changes of whom, what was rejected, and what becomes of it. */
export function ImportBatchPage({ id }: { id: string }) {
  const [purpose, setPurpose] = useState('');
  const list = useCall('imports');
  return (
    <>
      <p><a href={link('imports')}>{t('imports.back')}</a></p>
      <Show of={list} lines={8}>{(data) => {
        const info = data.items.find((one) => one.id === id);
        if (!info) return <Empty title={t('imports.notThere')} />;
        if (info.register === PEOPLE && !purpose) return <PurposeGate onPurpose={setPurpose} />;
        return <Batch info={info} purpose={purpose} reloadList={list.reload} />;
      }}</Show>
    </>
  );
}
