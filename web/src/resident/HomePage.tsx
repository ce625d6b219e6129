import { useCall } from '../api/hooks';
import { useSession } from '../api/session';
import type { CaseSummary, Matter } from '../api/types.gen';
import { Contact } from '../components/Contact';
import { Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { CaseCard } from './CaseCard';
import { useElder } from './elder';

/** Every event of a life once, with the matters that answer it. The Chinese text is its name in addresses. */
export function lifeEvents(matters: Matter[]): { id: string; text: string; matters: Matter[] }[] {
  const found = new Map<string, { id: string; text: string; matters: Matter[] }>();
  for (const matter of matters) {
    for (const event of matter.life_events) {
      const entry = found.get(event.zh) ?? { id: event.zh, text: say(event), matters: [] };
      entry.matters.push(matter);
      found.set(event.zh, entry);
    }
  }
  return [...found.values()];
}

function Events({ matters }: { matters: Matter[] }) {
  return (
    <ul className="events">
      {lifeEvents(matters).map((event) => (
        <li key={event.id}><a href={event.matters.length === 1 ? link('matter', event.matters[0]!.id) : link('life', event.id)}>{event.text}</a></li>
      ))}
    </ul>
  );
}

function Current({ items }: { items: CaseSummary[] }) {
  if (items.length === 0) return null;
  return (
    <section className="block" aria-labelledby="mine">
      <h2 id="mine">{t('home.mine')}</h2>
      <ul className="cards">{items.slice(0, 2).map((item) => <CaseCard key={item.id} item={item} level={3} />)}</ul>
      {items.length > 2 && <p className="more"><a href={link('cases')}>{t('home.allCases', { n: items.length })}</a></p>}
    </section>
  );
}

export function HomePage() {
  const { session, meta } = useSession();
  const elder = useElder();
  const resident = session?.kind === 'resident';
  const matters = useCall('matters');
  const office = useCall('contact', { path: { division: meta?.district ?? '' }, skip: !meta?.district });
  const mine = useCall('my_cases', { skip: !resident });
  return (
    <>
      <h1>{resident ? t('home.hello', { name: session.name }) : t('home.title')}</h1>
      {elder && <ElderDoors />}
      {mine.data && !elder && <Current items={mine.data.items} />}
      {!elder && (
        <section className="block calc-door" aria-labelledby="calc">
          <h2 id="calc">{t('home.calc')}</h2>
          <p className="lead">{t('home.calcHint')}</p>
          <a className="button" href={link('check')}>{t('home.calcStart')}</a>
        </section>
      )}
      <section className="block" aria-labelledby="events">
        <h2 id="events">{t('home.events')}</h2>
        <p className="lead">{t('home.eventsHint')}</p>
        <Show of={matters} lines={4}>{(list) => <Events matters={list} />}</Show>
      </section>
      {!resident && (
        <section className="block">
          <h2>{t('home.applied')}</h2>
          <p className="lead">{t('home.appliedHint')}</p>
          <a className="button is-second" href={`${link('signin')}?next=%2Fcases`}>{t('home.signIn')}</a>
        </section>
      )}
      {!elder && <section className="block">
        <h2>{t('home.matters')}</h2>
        <Show of={matters} lines={2}>{(list) => (
          <ul className="plain-list">
            {list.map((matter) => <li key={matter.id}><a href={link('matter', matter.id)}>{say(matter.name)}</a><p>{say(matter.summary)}</p></li>)}
          </ul>
        )}</Show>
      </section>}
      {office.data && <section className="note block" aria-labelledby="ask"><h2 id="ask">{t('contact.title')}</h2><Contact office={office.data} /></section>}
    </>
  );
}

/** Five doors, 60 px and more, in words a neighbour would use. */
function ElderDoors() {
  return (
    <ul className="doors">
      <li><a href={link('check')}>{t('elder.calc')}</a></li>
      <li><a href={link('cases')}>{t('elder.cases')}</a></li>
      <li><a href={link('benefits')}>{t('elder.money')}</a></li>
      <li><a href={link('access')}>{t('elder.access')}</a></li>
      <li><a href={`tel:${t('help.number')}`}>{t('elder.call', { number: t('help.number') })}</a></li>
    </ul>
  );
}
