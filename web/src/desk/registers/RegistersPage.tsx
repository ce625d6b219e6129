import { useCall } from '../../api/hooks';
import { Empty, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { count } from '../../locale/format';

/** The base registers that this officer may read. */
export function RegistersPage() {
  const question = useCall('registers');
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.registers')}</h1></div>
      <p className="quiet">{t('registers.lead')}</p>
      <Show of={question} lines={4}>{(data) => data.items.length === 0
        ? <Empty title={t('registers.noRegister')} />
        : (
          <ul className="plain registers">
            {data.items.map((one) => (
              <li key={one.name} className="panel">
                <h2><a href={link('registers', one.name)}>{say(one.title)}</a></h2>
                <p>{t('registers.records', { n: count(one.records) })}{one.may_write && ` · ${t('registers.mayWrite')}`}</p>
              </li>
            ))}
          </ul>
        )}</Show>
    </>
  );
}
