import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import type { Lead, LeadDetail, LeadHandling } from '../../api/types.gen';
import { Explanation } from '../../components/Explanation';
import { Reasons } from '../../components/Reasons';
import { Problem, Show } from '../../components/State';
import { go, link } from '../../components/route';
import { say, t } from '../../locale';
import { dayOf, money } from '../../locale/format';
import { leadMark } from './LeadsPage';

const CAUSES = ['applied', 'refused', 'wrong_data', 'already_receives', 'moved', 'died', 'settled'] as const;
const NOTE_NEEDED = new Set<string>(['wrong_data', 'settled']);

function What({ of }: { of: Lead }) {
  return (
    <section className="panel">
      <h1>{of.name || t('leads.noName')} <span className={`mark ${leadMark[of.class]}`}>{t(`leads.class.${of.class}`)}</span></h1>
      <p>{say(of.scheme_name)} · {of.division_name} · {t('leads.foundOn', { date: dayOf(of.found_at) })} · {t(`leads.state.${of.state}`)}</p>
      <p>{t(`leads.means.${of.class}`)}{of.monthly_fen > 0 && ` ${t('leads.about', { money: money(of.monthly_fen) })}`}</p>
      {of.missing.length > 0 && <div className="note is-warn"><h2>{t('leads.missing')}</h2><p>{of.missing_names.map(say).join(t('form.join'))}</p></div>}
      {of.cause && <p>{t('leads.closedAs', { cause: t(`leads.cause.${of.cause}`) })}{of.note && ` ${of.note}`}</p>}
      <p className="quiet">{t('leads.decidesNothing')}</p>
    </section>
  );
}

function Acts({ of, onDone }: { of: Lead; onDone: (after: LeadDetail) => void }) {
  const act = useAct();
  const [cause, setCause] = useState('');
  const [note, setNote] = useState('');
  const send = (body: LeadHandling, then?: () => void) => act.run(async () => {
    const after = await call('lead_handle', { path: { lead: of.id }, body });
    if (then) then(); else onDone(after);
  });
  const close = (event: FormEvent) => {
    event.preventDefault();
    if (cause) void send({ state: 'closed', cause: cause as NonNullable<LeadHandling['cause']>, note: note.trim() || null });
  };
  if (of.state === 'closed') return null;
  const ready = !!cause && (!NOTE_NEEDED.has(cause) || !!note.trim());
  return (
    <form className="panel" onSubmit={close}>
      <h2>{t('leads.do')}</h2>
      <p className="row">
        {of.state === 'open' && <Button onClick={() => void send({ state: 'visit' })} loading={act.busy}>{t('leads.visit')}</Button>}
        {of.class !== 'review' && of.state !== 'offered' && <Button type="primary" onClick={() => void send({ state: 'offered' }, of.open_for_application ? () => go(link('new')) : undefined)} loading={act.busy}>{t('leads.offer')}</Button>}
      </p>
      <div className="filters">
        <label>{t('leads.cause')}
          <select value={cause} onChange={(e) => setCause(e.target.value)}>
            <option value="">{t('leads.chooseCause')}</option>
            {CAUSES.map((name) => <option key={name} value={name}>{t(`leads.cause.${name}`)}</option>)}
          </select>
        </label>
        <label>{t(NOTE_NEEDED.has(cause) ? 'leads.noteNeeded' : 'leads.note')}<Input value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} /></label>
        <Button htmlType="submit" disabled={!ready} loading={act.busy}>{t('leads.close')}</Button>
      </div>
      {act.error && <Problem error={act.error} focus />}
    </form>
  );
}

/** One lead: what was found, the policy asked again of what the registers say now, and what to do. */
export function LeadPage({ id }: { id: string }) {
  const question = useCall('lead', { path: { lead: id } });
  return (
    <>
      <p className="back"><a href={link('leads')}>{t('leads.back')}</a></p>
      <Show of={question} lines={8}>{(data: LeadDetail) => (
        <>
          <What of={data.lead} />
          <Acts of={data.lead} onDone={question.set} />
          {data.now && data.now.reasons.length > 0 && <section className="panel"><h2>{t('leads.why')}</h2><Reasons of={data.now} /></section>}
          {data.now && <Explanation of={data.now.explanation} className="panel" />}
        </>
      )}</Show>
    </>
  );
}
