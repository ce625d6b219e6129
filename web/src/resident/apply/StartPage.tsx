import { useCall } from '../../api/hooks';
import type { Fact, Household, Member } from '../../api/types.gen';
import { Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t, word } from '../../locale';
import { day } from '../../locale/format';
import { Back } from '../LifePage';
import { FactValue } from '../../components/FactValue';
import { stepLink } from './Apply';
import type { Application } from './useApplication';
import { called } from '../../locale/words';

/** Facts that say more than the lines above them, and something at all. */
function telling(member: Member): Fact[] {
  const said: unknown[] = [member.relation, member.birth, member.hukou, member.sex];
  return member.facts.filter((fact) => !said.includes(fact.value) && fact.value !== null && fact.value !== false
    && !(Array.isArray(fact.value) && fact.value.length === 0)).slice(0, 6);
}

function Known({ household }: { household: Household }) {
  return (
    <>
      <p>{t('known.hint')}</p>
      {household.address && <p>{t('known.address', { address: household.address })}</p>}
      <ul className="cards">
        {household.members.map((member, i) => (
          <li className="card" key={member.person ?? i}>
            <h3>{member.name} <small>{called(member.relation)}</small></h3>
            <p className="card-words">
              <span className="number">{member.id_masked}</span>
              {member.birth && <span>{day(member.birth)}</span>}
              {member.hukou && <span>{t('known.hukou', { where: called(member.hukou) })}</span>}
            </p>
            {member.facts.length > 0 && (
              <dl className="mini">{telling(member).map((fact) => (
                <div key={fact.name}><dt>{called(fact.name)}</dt><dd><FactValue value={fact.value} /> <small>{word('source', fact.source)}</small></dd></div>
              ))}</dl>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Before the first question: what need not be told, and where one left off. */
export function StartPage({ app }: { app: Application }) {
  const household = useCall('my_household');
  const { id, name } = app.detail.matter;
  const first = app.pages[0]?.id ?? 'papers';
  const again = app.lastPage && (app.pages.some((page) => page.id === app.lastPage) || app.lastPage === 'papers' || app.lastPage === 'check') ? app.lastPage : null;
  return (
    <>
      <Back to={link('matter', id)} />
      <p className="over">{say(name)}</p>
      <h1>{t('apply.startTitle')}</h1>
      {again && (
        <div className="note is-good">
          <h2>{t('apply.draftFound')}</h2>
          <p>{t('apply.draftFoundText')}</p>
          <a className="button" href={stepLink(id, again)}>{t('apply.continueDraft')}</a>
        </div>
      )}
      <section className="block">
        <h2>{t('known.title')}</h2>
        {household.error?.status === 404 ? <p>{t('known.nothing')}</p> : <Show of={household} lines={3}>{(data) => <Known household={data} />}</Show>}
      </section>
      <section className="block">
        <h2>{t('apply.before')}</h2>
        <ul className="bullets">
          <li>{t('apply.before.pages', { n: app.pages.length })}</li>
          <li>{t('apply.before.kept')}</li>
          <li>{t('apply.before.consent')}</li>
          <li>{t('apply.before.counter', { number: t('help.number') })}</li>
        </ul>
      </section>
      <p><a className={`button${again ? ' is-second' : ''}`} href={stepLink(id, first)}>{t(again ? 'apply.fromStart' : 'apply.begin')}</a></p>
    </>
  );
}
