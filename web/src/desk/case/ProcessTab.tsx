import { useCall } from '../../api/hooks';
import type { ProcessView } from '../../api/types.gen';
import { Problem, Show, Skeleton } from '../../components/State';
import { t, word } from '../../locale';
import { called } from '../../locale/words';
import { moment } from '../../locale/format';
import { ProcessPicture } from '../models/ProcessPicture';
import { modelUrl, useModelText } from '../models/useModelText';
import type { TabProps } from './CasePage';

const marksOf = (view: ProcessView) => [...view.done.map((element) => ({ element, name: 'is-done' })), ...view.tokens.map((element) => ({ element, name: 'is-token' }))];

/** Names of the elements of a process, for the list beside the picture. */
function namesOf(xml: string): Map<string, string> {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  return new Map([...doc.getElementsByTagName('*')].filter((e) => e.getAttribute('id') && e.getAttribute('name')).map((e) => [e.getAttribute('id')!, e.getAttribute('name')!]));
}

function Process({ view, matter }: { view: ProcessView; matter: string }) {
  const { text, error } = useModelText(modelUrl(matter, view.file));
  if (error) return <Problem error={error} />;
  if (!text) return <Skeleton lines={6} />;
  const names = namesOf(text);
  // flows and nameless gateways are in the picture; the list keeps what a person calls a step
  const steps = view.history.filter((step) => names.has(step.element) && step.event !== 'enter' && step.event !== 'take');
  const nameOf = (element: string) => called(names.get(element) ?? element);
  const now = view.tokens.filter((token) => names.has(token)); // one that waits at a nameless join is in the picture
  return (
    <>
      <section className="panel">
        <h2>{t('process.title')}</h2>
        <p>{t('process.now')} {view.tokens.length ? now.map((token) => <strong key={token} className="mark is-now">{nameOf(token)}</strong>) : t('process.ended')}</p>
        <ProcessPicture xml={text} marks={marksOf(view)} label={t('process.picture')} look={now[0] ?? view.tokens[0]} places={now.map((element) => ({ element, text: t('process.toNow') }))} />
        <p className="legend"><span className="key is-token">{t('process.key.token')}</span><span className="key is-done">{t('process.key.done')}</span></p>
      </section>
      <section className="panel">
        <h2>{t('process.history')}</h2>
        <ol className="timeline">{steps.map((step, i) => <li key={i}><span className="quiet">{moment(step.at)}</span><span><strong>{nameOf(step.element)}</strong> <span className="quiet">{word('process.event', step.event)}{step.actor && ` \u00b7 ${step.actor}`}</span></span></li>)}</ol>
      </section>
    </>
  );
}

export function ProcessTab({ data }: TabProps) {
  const question = useCall('case_process', { path: { case: data.summary.id } });
  return <Show of={question} lines={8}>{(view) => <Process view={view} matter={data.summary.matter} />}</Show>;
}
