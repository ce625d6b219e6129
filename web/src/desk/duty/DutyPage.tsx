import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { DutyList } from '../../api/types.gen';
import { Show } from '../../components/State';
import { roleName } from '../../components/roles';
import { t } from '../../locale';
import { count, day } from '../../locale/format';
import { Absences } from './Absences';
import { ContactPanel } from './ContactPanel';
import { HandoverPanel } from './HandoverPanel';
import { PostRegister, placesLed } from './PostRegister';
import { Recusals } from './Recusals';
import { RecusalsLed } from './RecusalsLed';
import { Roster } from './Roster';

const FEW = 20; // more fold: what follows would lie far below

function Posts({ data }: { data: DutyList }) {
  return (
    <section className="panel">
      <h2>{t('duty.posts')}</h2>
      {data.vacant.length > 0 && <ul className="note is-warn">{data.vacant.map((one) => <li key={one.role + one.division}>{t('duty.vacant', { role: roleName(one.role), division: one.division_name, tasks: count(one.tasks) })}</li>)}</ul>}
      <details open={data.items.length <= FEW}>
      <summary>{t('duty.everybody', { n: count(data.items.length) })}</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('duty.posts')}>
      <table className="grid is-cards">
        <thead><tr><th scope="col">{t('duty.name')}</th><th scope="col">{t('duty.post')}</th><th scope="col">{t('duty.place')}</th><th scope="col" className="is-number">{t('duty.taken')}</th><th scope="col">{t('duty.standIn')}</th></tr></thead>
        <tbody>{data.items.map((post) => (
          <tr key={`${post.account}${post.role}${post.division}`}>
            <th scope="row">{post.name}{post.me && <> <span className="mark">{t('duty.me')}</span></>}</th>
            <td data-label={t('duty.post')}>{roleName(post.role)}</td>
            <td data-label={t('duty.place')}>{post.division_name}</td>
            <td data-label={t('duty.taken')} className="is-number number">{count(post.taken)}</td>
            <td data-label={t('duty.standIn')} className={post.away_until ? undefined : 'is-empty'}>{post.away_until ? t('duty.awayUntil', { name: post.deputy_name ?? '', date: day(post.away_until) }) : ''}</td>
          </tr>
        ))}</tbody>
      </table>
      </div>
      {data.more && <p className="quiet">{t('duty.more')}</p>}
      </details>
    </section>
  );
}

/** Posts, absences and deputies, recusal, handover. */
export function DutyPage() {
  const question = useCall('duty');
  const { roles, session } = useSession();
  const works = ['community', 'clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider'].some((role) => roles.has(role));
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.duty')}</h1></div>
      <Show of={question} lines={10}>{(data) => (
        <>
          <Roster staff={data.items} />
          <Absences data={data} onDone={question.reload} />
          {works && <Recusals />}
          {roles.has('leader') && <RecusalsLed />}
          <HandoverPanel data={data} onDone={question.reload} />
          <Posts data={data} />
          <PostRegister staff={data.items} leads={data.leads} onDone={question.reload} />
          {roles.has('leader') && <ContactPanel places={placesLed(session?.roles ?? [], data.items)} />}
        </>
      )}</Show>
    </>
  );
}
