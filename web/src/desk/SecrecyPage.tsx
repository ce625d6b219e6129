import { Button, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { SecrecyGround, SecrecyNew, SecrecyOrder } from '../api/types.gen';
import { DateField } from '../components/DateField';
import { Empty, Problem, Show } from '../components/State';
import { roleName } from '../components/roles';
import { say, t } from '../locale';
import { day, moment } from '../locale/format';

type Kind = SecrecyNew['kind'];
const KINDS: Kind[] = ['delay', 'seal', 'member', 'place'];
const ofKind = (grounds: SecrecyGround[], kind: Kind) => grounds.filter((g) => g.kind === (kind === 'member' || kind === 'place' ? 'compartment' : kind));

function Field({ id, label, value, onChange, hint }: { id: string; label: string; value: string; onChange: (value: string) => void; hint?: string }) {
  return (
    <>
      <label className="note-label" htmlFor={id}>{label}</label>
      <input className="plain-input" id={id} value={value} onChange={(e) => onChange(e.target.value)} autoComplete="off" aria-describedby={hint ? `${id}-hint` : undefined} />
      {hint && <p className="quiet" id={`${id}-hint`}>{hint}</p>}
    </>
  );
}

function Reason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <>
      <label className="note-label" htmlFor="secrecy-reason">{t('secrecy.reason')}</label>
      <textarea id="secrecy-reason" rows={3} maxLength={500} value={value} onChange={(e) => onChange(e.target.value)} aria-describedby="secrecy-reason-hint" />
      <p className="quiet" id="secrecy-reason-hint">{t('secrecy.reasonHint')}</p>
    </>
  );
}

/** What an officer orders; another person confirms it. */
function NewOrder({ grounds, onClose, onDone }: { grounds: SecrecyGround[]; onClose: () => void; onDone: () => void }) {
  const [kind, setKind] = useState<Kind>('delay');
  const [ground, setGround] = useState('');
  const [person, setPerson] = useState('');
  const [against, setAgainst] = useState('');
  const [login, setLogin] = useState('');
  const [number, setNumber] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const list = ofKind(grounds, kind);
  const chosen = list.find((g) => g.id === ground) ?? list[0];
  const ofPerson = kind === 'delay' || kind === 'seal';
  const send = () => act.run(async () => {
    await call('secrecy_new', { body: {
      kind, ground: chosen?.id ?? '', reason: reason.trim(), id_number: ofPerson ? person.trim() : null, against_number: kind === 'seal' ? against.trim() : null,
      login: kind === 'member' ? login.trim() : null, case_number: kind === 'place' ? number.trim() : null, until: until && (kind === 'delay' || kind === 'member') ? until : null,
    } });
    onDone();
  });
  return (
    <Modal open title={t('secrecy.new')} okText={t('secrecy.send')} cancelText={t('cancel')} okButtonProps={{ disabled: reason.trim().length < 4 }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <label className="note-label" htmlFor="secrecy-kind">{t('secrecy.kind')}</label>
      <select id="secrecy-kind" value={kind} onChange={(e) => { setKind(e.target.value as Kind); setGround(''); }}>
        {KINDS.map((k) => <option key={k} value={k}>{t(`secrecy.kind.${k}`)}</option>)}
      </select>
      <p className="quiet">{t(`secrecy.means.${kind}`)}</p>
      <label className="note-label" htmlFor="secrecy-ground">{t('secrecy.ground')}</label>
      <select id="secrecy-ground" value={chosen?.id ?? ''} onChange={(e) => setGround(e.target.value)}>
        {list.map((g) => <option key={g.id} value={g.id}>{say(g.name)}</option>)}
      </select>
      {chosen && <p className="quiet">{chosen.basis} · {chosen.unit === 'days' ? t('secrecy.atMost', { days: chosen.limit }) : t('secrecy.atAge', { years: chosen.limit })}{chosen.to_confirm && <> · {say(chosen.note)}</>}</p>}
      {ofPerson && <Field id="secrecy-person" label={t(kind === 'seal' ? 'secrecy.child' : 'secrecy.person')} value={person} onChange={setPerson} />}
      {kind === 'seal' && <Field id="secrecy-against" label={t('secrecy.guardian')} value={against} onChange={setAgainst} />}
      {kind === 'member' && <Field id="secrecy-login" label={t('secrecy.login')} value={login} onChange={setLogin} hint={t('secrecy.notYourself')} />}
      {kind === 'place' && <Field id="secrecy-case" label={t('secrecy.case')} value={number} onChange={setNumber} />}
      {(kind === 'delay' || kind === 'member') && <><label className="note-label" htmlFor="secrecy-until">{t('secrecy.until')}</label><DateField id="secrecy-until" value={until} onChange={setUntil} /><p className="quiet">{t('secrecy.untilHint')}</p></>}
      <Reason value={reason} onChange={setReason} />
    </Modal>
  );
}

type Step = 'confirm' | 'renew' | 'end';

function Decide({ order, step, onClose, onDone }: { order: SecrecyOrder; step: Step; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const act = useAct();
  const path = { order: order.id };
  const send = () => act.run(async () => {
    if (step === 'confirm') await call('secrecy_confirm', { path });
    else if (step === 'renew') await call('secrecy_renew', { path, body: { until, reason: reason.trim() } });
    else await call('secrecy_end', { path, body: { reason: reason.trim() } });
    onDone();
  });
  const ready = step === 'confirm' || (reason.trim().length >= 4 && (step === 'end' || until !== ''));
  return (
    <Modal open title={`${t(`secrecy.do.${step}`)} · ${t(`secrecy.kind.${order.kind}`)}`} okText={t(`secrecy.do.${step}`)} cancelText={t('cancel')} okButtonProps={{ disabled: !ready }} confirmLoading={act.busy} onOk={() => void send()} onCancel={onClose}>
      {act.error && <Problem error={act.error} />}
      <p>{whom(order)}</p>
      <p className="quiet">{say(order.ground_name)} · {order.basis}</p>
      {order.acts.map((a) => <p key={a.entry}>{a.reason}</p>)}
      {step === 'confirm' && <p>{t(`secrecy.follows.${order.kind}`)}</p>}
      {step === 'renew' && <><label className="note-label" htmlFor="secrecy-until">{t('secrecy.until')}</label><DateField id="secrecy-until" value={until} onChange={setUntil} /></>}
      {step !== 'confirm' && <Reason value={reason} onChange={setReason} />}
    </Modal>
  );
}

function whom(order: SecrecyOrder): string {
  switch (order.kind) {
    case 'seal': return t('secrecy.whom.seal', { child: order.person_name ?? '', guardian: order.against_name ?? '' });
    case 'member': return order.account_name ?? '';
    case 'place': return order.case_number ?? '';
    default: return order.person_name ?? '';
  }
}

function Row({ order, onStep }: { order: SecrecyOrder; onStep: (order: SecrecyOrder, step: Step) => void }) {
  return (
    <tr>
      <th scope="row">{t(`secrecy.kind.${order.kind}`)}<br /><span className="quiet">{say(order.ground_name)}</span></th>
      <td>{whom(order)}</td>
      <td>
        <span className={order.state === 'in_force' ? 'mark is-good' : 'mark'}>{t(`secrecy.state.${order.state}`)}</span>
        {order.until && order.state !== 'over' && <><br />{t('secrecy.to', { date: day(order.until) })}</>}
        {order.opens && <><br /><span className="quiet">{t('secrecy.opens', { date: day(order.opens) })}</span></>}
      </td>
      <td>
        <ol className="plain">
          {order.acts.map((a) => <li key={a.entry}>{t(`secrecy.act.${a.action}`)} · {a.by} · {roleName(a.role)}<br /><span className="quiet">{moment(a.at)}{a.reason && ` · ${a.reason}`}</span></li>)}
        </ol>
      </td>
      <td>{order.may.map((step) => <p key={step}><Button size="small" onClick={() => onStep(order, step as Step)}>{t(`secrecy.do.${step}`)}<span className="hidden">{whom(order)}</span></Button></p>)}</td>
    </tr>
  );
}

/** Delayed disclosure, seals against guardians, compartments: two people each, every step in the log. */
export function SecrecyPage() {
  const list = useCall('secrecy');
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<{ order: SecrecyOrder; step: Step } | null>(null);
  const again = () => { setAdding(false); setChosen(null); list.reload(); };
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.secrecy')}</h1>{list.data?.may_order && <Button type="primary" onClick={() => setAdding(true)}>{t('secrecy.new')}</Button>}</div>
      <p className="quiet">{t('secrecy.lead')}</p>
      <Show of={list} lines={6}>{({ items }) => items.length === 0 ? <Empty title={t('secrecy.none')} /> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('desk.nav.secrecy')}>
          <table className="grid">
            <thead><tr><th scope="col">{t('secrecy.kind')}</th><th scope="col">{t('secrecy.col.whom')}</th><th scope="col">{t('secrecy.col.state')}</th><th scope="col">{t('secrecy.col.acts')}</th><th scope="col">{t('secrecy.col.do')}</th></tr></thead>
            <tbody>{items.map((order) => <Row key={order.id} order={order} onStep={(o, step) => setChosen({ order: o, step })} />)}</tbody>
          </table>
        </div>
      )}</Show>
      {adding && <NewOrder grounds={list.data?.grounds ?? []} onClose={() => setAdding(false)} onDone={again} />}
      {chosen && <Decide order={chosen.order} step={chosen.step} onClose={() => setChosen(null)} onDone={again} />}
    </>
  );
}
