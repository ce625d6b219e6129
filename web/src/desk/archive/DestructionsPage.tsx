import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Destruction } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { t } from '../../locale';
import { day, moment } from '../../locale/format';
import { ArchiveTabs } from './ArchiveTabs';
import { Reasoned } from './Reasoned';

function Items({ list }: { list: Destruction }) {
  const whole = useCall('destruction', { path: { list: list.id } });
  return (
    <Show of={whole} lines={4}>{({ items }) => (
      <div className="scroll" tabIndex={0} role="region" aria-label={t('archive.items')}>
        <table className="grid is-cards">
          <thead><tr><th scope="col">{t('archive.col.case')}</th><th scope="col">{t('archive.col.ended')}</th><th scope="col">{t('archive.col.period')}</th><th scope="col">{t('archive.col.state')}</th><th scope="col" className="is-number">{t('archive.col.files')}</th></tr></thead>
          <tbody>{items.map((i) => (
            <tr key={i.case}>
              <th scope="row"><span className="number">{i.number}</span>{i.filed && <><br /><span className="quiet number">{i.filed}</span></>}</th>
              <td data-label={t('archive.col.ended')} className="is-day">{day(i.ended_on)}</td>
              <td data-label={t('archive.col.period')}><div>{t('archive.years', { years: i.years })}<br /><span className="quiet">{t('archive.due', { date: day(i.due_on) })}</span></div></td>
              <td data-label={t('archive.col.state')}>{t(`archive.item.${i.state}`)}</td>
              <td data-label={t('archive.col.files')} className="is-number number">{i.files}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    )}</Show>
  );
}

function List({ list, onStep }: { list: Destruction; onStep: (step: 'destroy' | 'refuse') => void }) {
  const [open, setOpen] = useState(list.state === 'proposed');
  const act = useAct();
  const download = () => act.run(async () => saveBlob(await call('destruction_pdf', { path: { list: list.id } }), `${t('archive.proofName')}-${list.id}.pdf`));
  return (
    <section className="panel" aria-labelledby={`l${list.id}`}>
      <h2 id={`l${list.id}`}><span className="number">{list.id}</span> <span className={`mark ${list.state === 'proposed' ? 'is-now' : list.state === 'destroyed' ? 'is-bad' : ''}`}>{t(`archive.list.${list.state}`)}</span></h2>
      <p>{t('archive.listOf', { cases: list.cases, files: list.files })}</p>
      <dl className="facts">
        <div><dt>{t('archive.proposedBy')}</dt><dd>{list.proposed_by} · {moment(list.proposed_at)} · {list.reason}</dd></div>
        {list.decided_at && <div><dt>{t('archive.decidedBy')}</dt><dd>{list.decided_by} · {moment(list.decided_at)} · {list.decision_reason}</dd></div>}
      </dl>
      {act.error && <Problem error={act.error} />}
      <p className="acts">
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>{t('archive.items')}<span className="hidden">{list.id}</span></Button>{' '}
        {list.may_decide && <><Button size="small" danger onClick={() => onStep('destroy')}>{t('archive.destroy')}<span className="hidden">{list.id}</span></Button>{' '}<Button size="small" onClick={() => onStep('refuse')}>{t('archive.refuse')}<span className="hidden">{list.id}</span></Button></>}
        {list.state === 'proposed' && !list.may_decide && <span className="quiet">{t('archive.another')}</span>}
        {list.state === 'destroyed' && <Button size="small" loading={act.busy} onClick={() => void download()}>{t('archive.proof')}<span className="hidden">{list.id}</span></Button>}
      </p>
      {open && <Items list={list} />}
    </section>
  );
}

/** What is past its period: proposed by one, destroyed by another, certified. */
export function DestructionsPage() {
  const lists = useCall('destructions');
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<{ list: Destruction; step: 'destroy' | 'refuse' } | null>(null);
  const close = () => { setAdding(false); setChosen(null); };
  const done = () => { close(); lists.reload(); };
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.archive')}</h1>{lists.data?.may_propose && <Button type="primary" onClick={() => setAdding(true)}>{t('archive.propose')}</Button>}</div>
      <ArchiveTabs at="destructions" />
      <p className="quiet">{t('archive.destructionLead')}</p>
      <Show of={lists} lines={5}>{({ items }) => items.length === 0 ? <Empty title={t('archive.noLists')}><p><a href={link('archive')}>{t('archive.tab.dossiers')}</a></p></Empty>
        : <>{items.map((list) => <List key={`${list.id}${list.state}`} list={list} onStep={(step) => setChosen({ list, step })} />)}</>}</Show>
      {adding && <Reasoned title={t('archive.propose')} ok={t('archive.propose')} onClose={close} onSend={async (reason) => { await call('destruction_new', { body: { reason } }); done(); }}><p className="quiet">{t('archive.proposeMeans')}</p></Reasoned>}
      {chosen && (
        <Reasoned title={t(`archive.${chosen.step}`)} ok={t(`archive.${chosen.step}`)} onClose={close} onSend={async (reason) => {
          await call(chosen.step === 'destroy' ? 'destruction_destroy' : 'destruction_refuse', { path: { list: chosen.list.id }, body: { reason } });
          done();
        }}>
          <p>{t('archive.listOf', { cases: chosen.list.cases, files: chosen.list.files })}</p>
          {chosen.step === 'destroy' && <p>{t('archive.destroyMeans')}</p>}
        </Reasoned>
      )}
    </>
  );
}
