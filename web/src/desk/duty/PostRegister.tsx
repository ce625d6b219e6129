import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { DutyPost, Post, PostHolder, RoleGrant } from '../../api/types.gen';
import { DateField } from '../../components/DateField';
import { roleName } from '../../components/roles';
import { Problem, Show } from '../../components/State';
import { t } from '../../locale';
import { count, day } from '../../locale/format';
import { Colleague } from './Colleague';

const ROLES = ['community', 'clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider'] as const; // those that a post may give

function Holder({ one, ends, busy, onEnd }: { one: PostHolder; ends: boolean; busy: boolean; onEnd: () => void }) {
  return (
    <li>
      <strong>{one.name}</strong> {one.until ? t('post.between', { from: day(one.from), until: day(one.until) }) : t('post.since', { from: day(one.from) })}
      {one.acting && <> <span className="mark">{t('post.acting')}</span></>}{one.now && <> <span className="mark is-now">{t('duty.now')}</span></>}
      {ends && <> <Button size="small" disabled={busy} onClick={onEnd}>{t('post.end')}<span className="hidden">{one.name}</span></Button></>}
    </li>
  );
}

/** Who gets the post, from when to when; who acts for a time has a last day. */
function Appoint({ posts, staff, onDone }: { posts: Post[]; staff: DutyPost[]; onDone: () => void }) {
  const { session, meta } = useSession();
  const [post, setPost] = useState('');
  const [login, setLogin] = useState('');
  const [from, setFrom] = useState(meta?.today ?? '');
  const [until, setUntil] = useState('');
  const [acting, setActing] = useState(false);
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('post_appoint', { path: { post }, body: { login, from, until: until || null, acting } });
      setLogin('');
      setUntil('');
      setActing(false);
      onDone();
    });
  };
  return (
    <form onSubmit={send} className="duty-form">
      <h3>{t('post.appoint')}</h3>
      {act.error && <Problem error={act.error} focus />}
      <label className="note-label" htmlFor="appoint-post">{t('duty.post')}</label>
      <select id="appoint-post" value={post} onChange={(e) => setPost(e.target.value)}>
        <option value="">{t('duty.choose')}</option>
        {posts.map((one) => <option key={one.id} value={one.id}>{`${one.name} · ${one.division_name}`}</option>)}
      </select>
      <Colleague id="appoint-who" label={t('post.who')} posts={staff} value={login} onChange={setLogin} except={session?.login} />
      <label className="note-label" htmlFor="appoint-from">{t('duty.from')}</label><DateField id="appoint-from" value={from} onChange={setFrom} />
      <label className="note-label" htmlFor="appoint-until">{t(acting ? 'duty.until' : 'post.untilOpen')}</label><DateField id="appoint-until" value={until} onChange={setUntil} />
      <p><label><input type="checkbox" checked={acting} onChange={(e) => setActing(e.target.checked)} /> {t('post.actingAsk')}</label></p>
      <p><button type="submit" className="button" disabled={act.busy || !post || !login || !from || (acting && !until)}>{t('post.doAppoint')}</button></p>
    </form>
  );
}

function SetUp({ places, onDone }: { places: [string, string][]; onDone: () => void }) {
  const [name, setName] = useState('');
  const [division, setDivision] = useState(places[0]?.[0] ?? '');
  const [roles, setRoles] = useState<string[]>([]);
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      await call('post_new', { body: { name: name.trim(), division, roles } });
      setName('');
      setRoles([]);
      onDone();
    });
  };
  return (
    <form onSubmit={send} className="duty-form">
      <h3>{t('post.new')}</h3>
      {act.error && <Problem error={act.error} focus />}
      <label className="note-label" htmlFor="post-name">{t('post.name')}</label>
      <input className="plain-input" id="post-name" value={name} onChange={(e) => setName(e.target.value)} autoComplete="off" maxLength={40} />
      <label className="note-label" htmlFor="post-place">{t('duty.place')}</label>
      <select id="post-place" value={division} onChange={(e) => setDivision(e.target.value)}>{places.map(([code, text]) => <option key={code} value={code}>{text}</option>)}</select>
      <fieldset className="purposes">
        <legend className="note-label">{t('post.roles')}</legend>
        {ROLES.map((role) => (
          <label key={role}><input type="checkbox" checked={roles.includes(role)} onChange={(e) => setRoles(e.target.checked ? [...roles, role] : roles.filter((one) => one !== role))} /> {roleName(role)}</label>
        ))}
      </fieldset>
      <p><button type="submit" className="button" disabled={act.busy || !name.trim() || !division || roles.length === 0}>{t('post.doNew')}</button></p>
    </form>
  );
}

/** The places that the viewer leads, and those below them where somebody works. */
export function placesLed(roles: RoleGrant[], staff: DutyPost[]): [string, string][] {
  const places = new Map<string, string>();
  for (const one of roles) if (one.role === 'leader') places.set(one.division, one.division_name);
  for (const one of staff) if ([...places.keys()].some((code) => one.division.startsWith(code))) places.set(one.division, one.division_name);
  return [...places];
}

/** The register of posts: what a post may do, who holds it from when to when, who acts. `onDone`: what depends on it asks again. */
export function PostRegister({ staff, leads, onDone }: { staff: DutyPost[]; leads: boolean; onDone: () => void }) {
  const question = useCall('posts');
  const { session } = useSession();
  const act = useAct();
  const done = () => { question.reload(); onDone(); };
  const end = (holder: string) => act.run(async () => { await call('post_leave', { path: { holder } }); done(); });
  return (
    <section className="panel post-register">
      <h2>{t('post.title')}</h2>
      <p className="quiet">{t('post.intro')}</p>
      {act.error && <Problem error={act.error} focus />}
      <Show of={question} lines={3}>{({ items, more }) => (
        <>
          {items.length === 0 ? <p className="quiet">{t('post.none')}</p> : (
            <ul className="plain">{items.map((post) => (
              <li key={post.id}>
                <h3>{post.name}</h3>
                <p className="quiet">{`${post.division_name} · ${post.roles.map(roleName).join(t('post.and'))}`}</p>
                {!post.holders.some((one) => one.now) && <p className="note is-warn">{t('post.empty')}</p>}
                <ul className="plain">{post.holders.map((one) => <Holder key={one.id} one={one} ends={post.leads} busy={act.busy} onEnd={() => void end(one.id)} />)}</ul>
                {post.left.length > 0 && (
                  <details className="post-left">
                    <summary>{t('post.left', { n: count(post.left.length) })}</summary>
                    <ul className="plain quiet">{post.left.map((one) => <Holder key={one.id} one={one} ends={false} busy={false} onEnd={() => undefined} />)}</ul>
                    {post.left_more && <p className="quiet">{t('post.leftMore')}</p>}
                  </details>
                )}
              </li>
            ))}</ul>
          )}
          {more && <p className="quiet">{t('duty.more')}</p>}
          {items.some((post) => post.leads) && <Appoint posts={items.filter((post) => post.leads)} staff={staff} onDone={done} />}
          {leads && <SetUp places={placesLed(session?.roles ?? [], staff)} onDone={done} />}
        </>
      )}</Show>
    </section>
  );
}
