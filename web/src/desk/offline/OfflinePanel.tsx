import { useEffect, useState } from 'react';
import { useSession } from '../../api/session';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { count } from '../../locale/format';
import { sendHeld, type Left } from '../case/taskDraft';
import { keptTasks } from './kept';

/** What was taken along, and what is still only on this device; the latter is sent once there is a line. */
export function OfflinePanel() {
  const { session } = useSession();
  const account = session?.account ?? '';
  const [online, setOnline] = useState(navigator.onLine);
  const [left, setLeft] = useState<Left | null>(null);
  useEffect(() => {
    let gone = false;
    const send = () => { setOnline(navigator.onLine); void sendHeld(account).then((result) => { if (!gone) { setLeft(result); if (result.waiting > 0) setOnline(false); } }); };
    send();
    window.addEventListener('online', send);
    window.addEventListener('offline', send);
    return () => { gone = true; window.removeEventListener('online', send); window.removeEventListener('offline', send); };
  }, [account]);
  const kept = keptTasks(account);
  if (kept.length === 0 && !left?.sent && !left?.waiting && !left?.differ.length) return null;
  return (
    <section className="panel offline-panel" aria-labelledby="offline-title">
      <h2 id="offline-title">{t('offline.title')} {!online && <span className="mark is-warn">{t('offline.now')}</span>}</h2>
      {left && left.sent > 0 && <p role="status">{t('offline.sent', { n: count(left.sent) })}</p>}
      {left && left.waiting > 0 && <p role="status">{t('offline.waiting', { n: count(left.waiting) })}</p>}
      {left && left.differ.length > 0 && <><p role="status">{t('offline.differ')}</p><ul className="plain">{left.differ.map((one) => <li key={one.task}><a href={`${link('case', one.case)}?task=${one.task}`}><span className="number">{one.number}</span></a></li>)}</ul></>}
      {kept.length > 0 && <ul className="plain">{kept.map((one) => <li key={one.task}><a href={`${link('case', one.case)}?task=${one.task}`}>{say(one)} <span className="number">{one.number}</span></a></li>)}</ul>}
    </section>
  );
}
