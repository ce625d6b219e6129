import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useCall } from '../../api/hooks';
import type { ProcessView } from '../../api/types.gen';
import { Problem, Show, Skeleton } from '../../components/State';
import { t, word } from '../../locale';
import { moment } from '../../locale/format';
import { modelUrl, useModelText } from '../models/useModelText';
import type { BpmnHandle } from '../models/viewers';
import type { TabProps } from './CasePage';

function Diagram({ xml, view }: { xml: string; view: ProcessView }) {
  const box = useRef<HTMLDivElement>(null);
  const [handle, setHandle] = useState<BpmnHandle | null>(null);
  const [state, setState] = useState<'waiting' | 'shown' | 'failed'>('waiting');
  useEffect(() => {
    let made: BpmnHandle | null = null;
    let gone = false;
    const holder = document.createElement('div');
    holder.className = 'model-holder';
    box.current?.append(holder);
    import('../models/viewers').then(({ openBpmn }) => openBpmn(holder, xml)).then((opened) => {
      if (gone) { opened.destroy(); return; }
      made = opened;
      view.done.forEach((element) => opened.mark(element, 'is-done'));
      view.tokens.forEach((element) => opened.mark(element, 'is-token'));
      const now = view.tokens[0];
      if (now) opened.look(now); else opened.fit();
      setHandle(opened);
      setState('shown');
    }, () => { if (!gone) setState('failed'); });
    return () => { gone = true; made?.destroy(); holder.remove(); setHandle(null); };
  }, [xml, view]);
  return (
    <>
      {state === 'failed' && <p className="note is-warn">{t('models.failed')}</p>}
      {state === 'waiting' && <Skeleton lines={4} />}
      <div ref={box} className="model is-process" role="region" aria-label={t('process.picture')} />
      {handle && (
        <p className="model-tools">
          <Button size="small" onClick={() => handle.fit()}>{t('process.whole')}</Button>
          {view.tokens.map((token) => <Button key={token} size="small" onClick={() => handle.look(token)}>{t('process.toNow')}</Button>)}
        </p>
      )}
    </>
  );
}

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
  const nameOf = (element: string) => names.get(element) ?? element;
  return (
    <>
      <section className="panel">
        <h2>{t('process.title')}</h2>
        <p>{t('process.now')} {view.tokens.length ? view.tokens.map((token) => <strong key={token} className="mark is-now">{nameOf(token)}</strong>) : t('process.ended')}</p>
        <Diagram xml={text} view={view} />
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
