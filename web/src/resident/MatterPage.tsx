import { useCall } from '../api/hooks';
import type { MatterDetail } from '../api/types.gen';
import { Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { limit } from '../locale/format';
import { Back } from './LifePage';

function Detail({ detail }: { detail: MatterDetail }) {
  const { matter, steps, papers, articles } = detail;
  const start = link('apply', matter.id);
  return (
    <>
      <h1>{say(matter.name)}</h1>
      <p className="lead">{say(matter.summary)}</p>
      <dl className="facts">
        {matter.days != null && <div><dt>{t('matter.days')}</dt><dd>{t('matter.daysText', { days: matter.days })}</dd></div>}
        <div><dt>{t('matter.unit')}</dt><dd>{t(`matter.unit.${matter.unit}`)}</dd></div>
        <div><dt>{t('matter.cost')}</dt><dd>{t('matter.free')}</dd></div>
      </dl>
      {matter.open
        ? <p><a className="button" href={start}>{t('matter.start')}</a></p>
        : <div className="note is-warn"><p>{t('matter.closed')}</p></div>}
      <section className="block">
        <h2>{t('matter.steps')}</h2>
        <ol className="steps">
          {steps.map((step) => (
            <li key={step.id} className="step is-next">
              <span className="step-name">{say(step.name)}</span>
              <span className="step-words">
                <span>{say(step.who)}</span>
                {step.limit && <span>{limit(step.limit)}</span>}
                {step.article && <span>{step.article}</span>}
              </span>
            </li>
          ))}
        </ol>
      </section>
      {papers.length > 0 && (
        <section className="block">
          <h2>{t('matter.papers')}</h2>
          <p className="lead">{t('matter.papersHint')}</p>
          <ul className="bullets">{papers.map((paper, i) => <li key={i}>{say(paper)}</li>)}</ul>
        </section>
      )}
      {articles.length > 0 && (
        <section className="block">
          <h2>{t('matter.articles')}</h2>
          <ul className="bullets">{articles.map((article, i) => <li key={i}>{say(article)}</li>)}</ul>
        </section>
      )}
      <p className="version">{t('matter.version', { version: detail.version })}</p>
    </>
  );
}

export function MatterPage({ id }: { id: string }) {
  const detail = useCall('matter', { path: { matter: id } });
  return <><Back /><Show of={detail}>{(data) => <Detail detail={data} />}</Show></>;
}
