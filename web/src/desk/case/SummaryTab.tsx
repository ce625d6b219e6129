import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Case, Party } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { ConsentMark } from '../../components/ConsentMark';
import { StepLine } from '../../components/StepLine';
import { factText } from '../../components/FactValue';
import { called } from '../../locale/words';
import { may } from '../../components/may';
import { organText } from '../../components/organ';
import { say, t } from '../../locale';
import { day, dayOf, money } from '../../locale/format';
import { isObject } from '../../form/schema';
import { Reveal } from '../Reveal';
import type { TabProps } from './CasePage';
import { GivenAnswers } from './GivenAnswers';

function Parties({ data, reload }: { data: Case; reload: () => void }) {
  const [open, setOpen] = useState<Party | null>(null);
  return (
    <section className="panel">
      <h2>{t('case.parties')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('case.parties')}>
        <table className="grid">
          <thead><tr><th scope="col">{t('party.name')}</th><th scope="col">{t('party.relation')}</th><th scope="col">{t('party.id')}</th><th scope="col">{t('party.consent')}</th></tr></thead>
          <tbody>
            {data.parties.map((party) => (
              <tr key={party.person} className={party.name_stated ? 'is-conflict' : undefined}>
                <th scope="row">{party.name}{party.name_stated && <p className="quiet">{t('party.stated', { name: party.name_stated })}</p>}</th>
                <td>{called(party.relation)} <span className="quiet">{t(`party.${party.party}`)}</span></td>
                <td><Reveal person={party.person} field="id_number" masked={party.id_masked} name={party.name} caseId={data.summary.id} /></td>
                <td>
                  <ConsentMark party={party} />
                  {party.consent !== 'none' && may(data, party.consent === 'given' ? 'withdraw_consent' : 'authorise') && (
                    <> <Button size="small" onClick={() => setOpen(party)}>{t(party.consent === 'given' ? 'authorise.withdraw' : 'authorise.record')}<span className="hidden">{party.name}</span></Button></>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open && <ConsentDialog data={data} party={open} onClose={() => setOpen(null)} onDone={() => { setOpen(null); reload(); }} />}
    </section>
  );
}

function ConsentDialog({ data, party, onClose, onDone }: { data: Case; party: Party; onClose: () => void; onDone: () => void }) {
  const given = party.consent === 'given';
  const [how, setHow] = useState<'paper' | 'refused' | 'withdrawn'>(given ? 'withdrawn' : 'paper');
  const [paper, setPaper] = useState('');
  const act = useAct();
  const send = () => act.run(async () => {
    await call('case_authorise', { path: { case: data.summary.id }, body: { person: party.person, how, paper: paper || null } });
    onDone();
  });
  return (
    <Modal open title={t(given ? 'authorise.withdrawOf' : 'authorise.recordOf', { name: party.name })} okText={t(given ? 'authorise.withdraw' : 'authorise.record')} cancelText={t('cancel')} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      {given && <p>{t('authorise.withdrawTold')}</p>}
      {!given && <fieldset className="purposes">
        <legend>{t('authorise.how')}</legend>
        <label><input type="radio" name="how" checked={how === 'paper'} onChange={() => setHow('paper')} /> {t('authorise.how.paper')}</label>
        <label><input type="radio" name="how" checked={how === 'refused'} onChange={() => setHow('refused')} /> {t('authorise.how.refused')}</label>
      </fieldset>}
      {how !== 'refused' && (
        <>
          <label className="note-label" htmlFor="consent-paper">{t('authorise.paper')}</label>
          <select id="consent-paper" value={paper} onChange={(e) => setPaper(e.target.value)}>
            <option value="">{t('authorise.noPaper')}</option>
            {data.papers.map((item) => <option key={item.id} value={item.id}>{item.name}</option>)}
          </select>
        </>
      )}
    </Modal>
  );
}

export function SummaryTab({ data, reload }: TabProps) {
  const household = data.form_data;
  const matter = useCall('matter', { path: { matter: data.summary.matter }, skip: !household });
  return (
    <>
      <section className="panel">
        <h2>{t('case.steps')}</h2>
        {data.taken_in && <p className="note">{t('elsewhere.takenIn', { office: data.taken_in })}</p>}
        <StepLine steps={data.steps} />
      </section>
      {data.ending && (
        <section className="panel">
          <h2>{say(data.ending.name)} <span className="quiet number">{data.ending.number}</span></h2>
          {data.ending.text.map((text, i) => <p key={i}>{say(text)}</p>)}
          <p className="quiet">{data.ending.article}</p>
        </section>
      )}
      <Parties data={data} reload={reload} />
      {data.organ && (
        <section className="panel">
          <h2>{t('case.organ')}</h2>
          <p>{organText(data.organ)}</p>
          <p className="quiet">{data.organ.seal} · {data.organ.citation}</p>
        </section>
      )}
      {data.publication && (
        <section className="panel">
          <h2>{t('case.publication')}</h2>
          <p>{t('case.publicationText', { place: data.publication.place, from: day(data.publication.from), until: day(data.publication.until) })} {t('case.objections', { n: data.publication.objections })}</p>
          {isObject(data.publication.body) && <dl className="pairs">{Object.entries(data.publication.body).map(([name, value]) => <div key={name}><dt>{t(`publication.${name}`)}</dt><dd>{name.endsWith('_fen') && typeof value === 'number' ? money(value) : factText(value)}</dd></div>)}</dl>}
        </section>
      )}
      {data.remedies.some((remedy) => remedy.filed_at) && (
        <section className="panel">
          <h2>{t('case.remedies')}</h2>
          <ul className="plain">{data.remedies.filter((remedy) => remedy.filed_at).map((remedy) => (
            <li key={remedy.id}><strong>{say(remedy.name)}</strong> {t('remedy.filed')} {dayOf(remedy.filed_at)} {remedy.due_on && <span className="is-bad">{t('remedy.answer')} {day(remedy.due_on)}</span>}</li>
          ))}</ul>
        </section>
      )}
      {household != null && <GivenAnswers matter={matter.data} data={household} />}
    </>
  );
}
