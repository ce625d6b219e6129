import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { DutyPost, Post, Shift } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { day, moment } from '../../locale/format';
import { Colleague } from './Colleague';

const DAYS = ['all', 'working', 'off'] as const;

/** Somebody takes the rest of a shift over, with the reason. */
function TakeOver({ shift, staff, onDone, onKeep }: { shift: Shift; staff: DutyPost[]; onDone: () => void; onKeep: () => void }) {
  const { session } = useSession();
  const [login, setLogin] = useState('');
  const [reason, setReason] = useState('');
  const [telephone, setTelephone] = useState('');
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('shift_replace', { path: { shift: shift.id }, body: { login, reason: reason.trim(), telephone: telephone.trim() || null } });
      onDone();
    });
  };
  return (
    <form onSubmit={send} className="duty-form">
      {act.error && <Problem error={act.error} focus />}
      <Colleague id="take-over-who" label={t('roster.who')} posts={staff.filter((one) => one.login !== shift.login)} value={login} onChange={setLogin} except={session?.login} />
      <label className="note-label" htmlFor="take-over-reason">{t('roster.reason')}</label>
      <input className="plain-input" id="take-over-reason" value={reason} onChange={(e) => setReason(e.target.value)} autoComplete="off" maxLength={100} />
      <label className="note-label" htmlFor="take-over-telephone">{t('roster.otherTelephone')}</label>
      <input className="plain-input" id="take-over-telephone" type="tel" value={telephone} onChange={(e) => setTelephone(e.target.value)} autoComplete="off" maxLength={40} />
      <p className="draft-acts"><button type="submit" className="button" disabled={act.busy || !login || !reason.trim()}>{t('roster.doReplace')}</button><Button onClick={onKeep}>{t('roster.keep')}</Button></p>
    </form>
  );
}

function Line({ shift, staff, onDone }: { shift: Shift; staff: DutyPost[]; onDone: () => void }) {
  const [changing, setChanging] = useState(false);
  const act = useAct();
  const end = () => act.run(async () => { await call('shift_end', { path: { shift: shift.id } }); onDone(); });
  const whose = <span className="hidden">{`${shift.name} ${moment(shift.from)}`}</span>;
  return (
    <li>
      <span className="number">{t('post.between', { from: moment(shift.from), until: moment(shift.until) })}</span> <strong>{shift.name}</strong> {shift.telephone} <span className="quiet">{`${shift.post_name} · ${shift.division_name}`}</span>
      {shift.now && <> <span className="mark is-now">{t('roster.isNow')}</span></>}
      {shift.replaces_name && <p className="quiet">{t('roster.replaces', { name: shift.replaces_name, reason: shift.reason ?? '' })}</p>}
      {act.error && <Problem error={act.error} focus />}
      {changing ? <TakeOver shift={shift} staff={staff} onDone={() => { setChanging(false); onDone(); }} onKeep={() => setChanging(false)} /> : (
        <>
          {shift.may_replace && <> <Button size="small" onClick={() => setChanging(true)}>{t('roster.replace')}{whose}</Button></>}
          {shift.may_end && <> <Button size="small" disabled={act.busy} onClick={() => void end()}>{t('roster.end')}{whose}</Button></>}
        </>
      )}
    </li>
  );
}

/** Shifts for some days: who takes turns, which hours, on which days. */
function Plan({ posts, staff, onDone }: { posts: Post[]; staff: DutyPost[]; onDone: () => void }) {
  const { session, meta } = useSession();
  const [post, setPost] = useState(posts[0]?.id ?? '');
  const [turns, setTurns] = useState<string[]>([]);
  const [from, setFrom] = useState(meta?.today ?? '');
  const [until, setUntil] = useState('');
  const [hours, setHours] = useState({ begins: '17:00', ends: '09:00' });
  const [days, setDays] = useState<(typeof DAYS)[number]>('all');
  const [telephone, setTelephone] = useState('');
  const act = useAct();
  const names = new Map(staff.map((one) => [one.login, one.name]));
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('shift_plan', { path: { post }, body: { logins: turns, from, until, ...hours, days, telephone: telephone.trim() } });
      setTurns([]);
      setUntil('');
      onDone();
    });
  };
  return (
    <form onSubmit={send} className="duty-form">
      <h3>{t('roster.plan')}</h3>
      {act.error && <Problem error={act.error} focus />}
      <label className="note-label" htmlFor="roster-post">{t('duty.post')}</label>
      <select id="roster-post" value={post} onChange={(e) => setPost(e.target.value)}>{posts.map((one) => <option key={one.id} value={one.id}>{`${one.name} · ${one.division_name}`}</option>)}</select>
      <Colleague id="roster-who" label={t('roster.turns')} posts={staff.filter((one) => !turns.includes(one.login))} value="" onChange={(login) => login && setTurns([...turns, login])} except={session?.login} />
      {turns.length > 0 && <ol className="roster-turns">{turns.map((login) => <li key={login}>{names.get(login) ?? login} <Button size="small" onClick={() => setTurns(turns.filter((one) => one !== login))}>{t('roster.out')}<span className="hidden">{names.get(login) ?? login}</span></Button></li>)}</ol>}
      <label className="note-label" htmlFor="roster-from">{t('roster.from')}</label><DateField id="roster-from" value={from} onChange={setFrom} />
      <label className="note-label" htmlFor="roster-until">{t('roster.until')}</label><DateField id="roster-until" value={until} onChange={setUntil} />
      <label className="note-label" htmlFor="roster-begins">{t('roster.begins')}</label>
      <input className="plain-input" id="roster-begins" type="time" value={hours.begins} onChange={(e) => setHours({ ...hours, begins: e.target.value })} />
      <label className="note-label" htmlFor="roster-ends">{t('roster.ends')}</label>
      <input className="plain-input" id="roster-ends" type="time" value={hours.ends} onChange={(e) => setHours({ ...hours, ends: e.target.value })} />
      <label className="note-label" htmlFor="roster-days">{t('roster.which')}</label>
      <select id="roster-days" value={days} onChange={(e) => setDays(e.target.value as typeof days)}>{DAYS.map((one) => <option key={one} value={one}>{t(`roster.days.${one}`)}</option>)}</select>
      <label className="note-label" htmlFor="roster-telephone">{t('roster.telephone')}</label>
      <input className="plain-input" id="roster-telephone" type="tel" value={telephone} onChange={(e) => setTelephone(e.target.value)} autoComplete="off" maxLength={40} />
      <p><button type="submit" className="button" disabled={act.busy || !post || turns.length === 0 || !from || !until || !hours.begins || !hours.ends || !telephone.trim()}>{t('roster.doPlan')}</button></p>
    </form>
  );
}

/** Nights and holidays: who is on duty when, who took over, which nights nobody has. */
export function Roster({ staff }: { staff: DutyPost[] }) {
  const question = useCall('shifts');
  const posts = useCall('posts');
  const led = (posts.data?.items ?? []).filter((one) => one.leads);
  return (
    <section className="panel roster">
      <h2>{t('roster.title')}</h2>
      <p className="quiet">{t('roster.intro')}</p>
      <Show of={question} lines={3}>{({ items, more, open_nights: nights }) => (
        <>
          {nights.length > 0 && <ul className="note is-warn">{nights.map((one) => <li key={one.day + one.post_name + one.division_name}>{t('roster.openNight', { day: day(one.day), post: one.post_name, division: one.division_name })}</li>)}</ul>}
          {items.length === 0 ? <p className="quiet">{t('roster.none')}</p> : <ul className="plain">{items.map((shift) => <Line key={shift.id} shift={shift} staff={staff} onDone={question.reload} />)}</ul>}
          {more && <p className="quiet">{t('roster.more')}</p>}
          {led.length > 0 && <Plan key={led.map((one) => one.id).join()} posts={led} staff={staff} onDone={question.reload} />}
        </>
      )}</Show>
    </section>
  );
}
