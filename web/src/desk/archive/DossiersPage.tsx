import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Dossier } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { t, word } from '../../locale';
import { day, moment } from '../../locale/format';
import { ArchiveTabs } from './ArchiveTabs';
import { Reasoned } from './Reasoned';

type Step = 'file' | 'hold' | 'release' | 'files';

function Filing({ dossier, onClose, onDone }: { dossier: Dossier; onClose: () => void; onDone: () => void }) {
  const [location, setLocation] = useState(dossier.location ?? '');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('dossier_file', { path: { case: dossier.case }, body: { location: location.trim() } });
    onDone();
  });
  return (
    <Modal open title={t(dossier.filed ? 'archive.move' : 'archive.file')} okText={t(dossier.filed ? 'archive.move' : 'archive.file')} cancelText={t('cancel')} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p><span className="number">{dossier.number}</span>{dossier.filed && <> · <span className="number">{dossier.filed}</span></>}</p>
      {!dossier.filed && <p className="quiet">{t('archive.fileHint')}</p>}
      <label className="note-label" htmlFor="archive-location">{t('archive.location')}</label>
      <input className="plain-input" id="archive-location" maxLength={100} value={location} onChange={(e) => setLocation(e.target.value)} autoComplete="off" aria-describedby="archive-location-hint" />
      <p className="quiet" id="archive-location-hint">{t('archive.locationHint')}</p>
    </Modal>
  );
}

/** Names of files speak of people: opening the list is a look that the person sees. */
function Files({ dossier, onClose }: { dossier: Dossier; onClose: () => void }) {
  const list = useCall('dossier_files', { path: { case: dossier.case } });
  return (
    <Modal open title={`${t('archive.files')} \u00b7 ${dossier.number}`} footer={<Button onClick={onClose}>{t('close')}</Button>} onCancel={onClose} width={640}>
      <Show of={list} lines={3}>{({ items }) => (
        <ul className="plain">
          {items.map((f) => (
            <li key={f.id}>{f.destroyed ? <span className="quiet">{t('archive.destroyedFile')}</span> : f.name}<br /><span className="quiet">{t('archive.fileLine', { kb: Math.ceil(f.size / 1024), at: moment(f.added_at) })}</span><br /><small className="digest">{t('archive.digest', { digest: f.sm3 })}</small></li>
          ))}
        </ul>
      )}</Show>
    </Modal>
  );
}

function Row({ dossier, files, onStep }: { dossier: Dossier; files: boolean; onStep: (step: Step) => void }) {
  const held = dossier.hold !== null && dossier.hold !== undefined;
  const step = (name: Step, key: string) => <Button size="small" onClick={() => onStep(name)}>{t(key)}<span className="hidden">{dossier.number}</span></Button>;
  return (
    <tr>
      <th scope="row"><a href={link('case', dossier.case)} className="number">{dossier.number}</a><br /><span className="quiet">{dossier.filed ? <span className="number">{dossier.filed}</span> : t('archive.notFiled')}{dossier.location && ` \u00b7 ${dossier.location}`}</span></th>
      <td data-label={t('archive.col.ended')} className="is-day"><div>{dossier.ended_on ? day(dossier.ended_on) : '\u2014'}</div></td>
      <td data-label={t('archive.col.period')}><div>{dossier.years > 0 ? t('archive.years', { years: dossier.years }) : '\u2014'}{dossier.due_on && <><br /><span className="quiet">{t('archive.due', { date: day(dossier.due_on) })}</span></>}</div></td>
      <td data-label={t('archive.col.state')}><div><span className={`mark ${dossier.state === 'due' ? 'is-now' : dossier.state === 'held' ? 'is-bad' : dossier.state === 'kept' ? 'is-good' : ''}`}>{word('archive.state', dossier.state)}</span>{held && <><br /><span className="quiet">{dossier.hold}</span></>}</div></td>
      <td data-label={t('archive.col.do')}><div>{step('files', 'archive.files')} {files && dossier.ended_on && step('file', dossier.filed ? 'archive.move' : 'archive.file')} {held ? step('release', 'archive.release') : step('hold', 'archive.hold')}</div></td>
    </tr>
  );
}

/** Closed cases with their papers: number, place, how long they are kept, what holds them. */
export function DossiersPage() {
  const { mayCall } = useSession();
  const [more, setMore] = useState<Dossier[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const list = useCall('dossiers');
  const act = useAct();
  const [chosen, setChosen] = useState<{ dossier: Dossier; step: Step } | null>(null);
  const cursor = next === undefined ? list.data?.next : next;
  const load = () => act.run(async () => {
    const page = await call('dossiers', { query: { cursor } });
    setMore((old) => [...old, ...page.items]);
    setNext(page.next ?? null);
  });
  const close = () => setChosen(null);
  const done = () => { close(); setMore([]); setNext(undefined); list.reload(); };
  const path = chosen && { case: chosen.dossier.case };
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.archive')}</h1></div>
      <ArchiveTabs at="archive" />
      <p className="quiet">{t('archive.lead')}</p>
      <Show of={list} lines={8}>{({ items }) => items.length === 0 ? <Empty title={t('archive.none')} /> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.archive')}>
          <table className="grid is-cards">
            <thead><tr><th scope="col">{t('archive.col.case')}</th><th scope="col">{t('archive.col.ended')}</th><th scope="col">{t('archive.col.period')}</th><th scope="col">{t('archive.col.state')}</th><th scope="col">{t('archive.col.do')}</th></tr></thead>
            <tbody>{[...items, ...more].map((d) => <Row key={d.case} dossier={d} files={mayCall('dossier_file')} onStep={(step) => setChosen({ dossier: d, step })} />)}</tbody>
          </table>
        </div>
      )}</Show>
      {act.error && <Problem error={act.error} />}
      {cursor && <p><Button loading={act.busy} onClick={() => void load()}>{t('more')}</Button></p>}
      {chosen?.step === 'file' && <Filing dossier={chosen.dossier} onClose={close} onDone={done} />}
      {chosen?.step === 'files' && <Files dossier={chosen.dossier} onClose={close} />}
      {path && chosen.step === 'hold' && <Reasoned title={t('archive.hold')} ok={t('archive.hold')} onClose={close} onSend={async (reason) => { await call('dossier_hold', { path, body: { reason } }); done(); }}><p><span className="number">{chosen.dossier.number}</span></p><p className="quiet">{t('archive.holdMeans')}</p></Reasoned>}
      {path && chosen.step === 'release' && <Reasoned title={t('archive.release')} ok={t('archive.release')} onClose={close} onSend={async (reason) => { await call('dossier_release', { path, body: { reason } }); done(); }}><p><span className="number">{chosen.dossier.number}</span></p></Reasoned>}
    </>
  );
}
