import { toConfirm } from '../components/confidence';
import { useCall } from '../api/hooks';
import { Empty, Show } from '../components/State';
import { say, t } from '../locale';
import { day } from '../locale/format';
import { Back } from './LifePage';

/** The figures of the policy in force, with where each is written. */
export function ParametersPage() {
  const list = useCall('parameters');
  return (
    <>
      <Back />
      <h1>{t('parameters.title')}</h1>
      <p className="lead">{t('parameters.lead')}</p>
      <Show of={list}>{({ items }) => items.length === 0 ? <Empty title={t('parameters.none')} /> : (
        <ul className="cards">
          {items.map((p) => (
            <li className="card" key={`${p.name}${p.valid_from}`}>
              <h2>{say(p.label)}</h2>
              <p className="number"><strong>{p.value}</strong> {say(p.unit_label)}</p>
              <p className="card-words">
                <span>{p.valid_to ? t('parameters.between', { from: day(p.valid_from), to: day(p.valid_to) }) : t('parameters.since', { from: day(p.valid_from) })}</span>
                <span>{p.citation}</span>
              </p>
              {p.note && <p>{say(p.note)}</p>}
              {toConfirm(p) && <p className={p.confirmed_at ? 'mark is-good' : 'mark is-warn'}>{t(p.assumption ? 'parameters.assumed' : p.confirmed_at ? 'parameters.sure' : 'parameters.toConfirm')}</p>}
            </li>
          ))}
        </ul>
      )}</Show>
    </>
  );
}
