import { Empty } from '../../components/State';
import { say, t, word } from '../../locale';
import { dayOf } from '../../locale/format';
import type { CaseProps } from './CaseRoutes';

export function NoticesPage({ data }: CaseProps) {
  return (
    <>
      <h1>{t('notices.title')}</h1>
      {data.notices.length === 0 ? <Empty title={t('notices.none')}><p>{t('notices.noneHint')}</p></Empty> : (
        <ul className="cards">
          {data.notices.map((notice) => (
            <li className="card" key={notice.id}>
              <h2>{say(notice.name)}</h2>
              <p className="card-words">
                <span className="number">{notice.number}</span>
                <span>{t('notices.issued', { date: dayOf(notice.issued_at) })}</span>
                {notice.served_at ? <span>{t('notices.served', { date: dayOf(notice.served_at), how: word('served', notice.served_how ?? '') })}</span> : <span>{t('notices.notServed')}</span>}
              </p>
              <a href={notice.pdf} target="_blank" rel="noreferrer">{t('notices.open')}<span className="hidden">{say(notice.name)}</span></a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
