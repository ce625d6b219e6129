import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Skeleton } from '../../components/State';
import { t } from '../../locale';
import { inWords } from './names';
import type { BpmnHandle } from './viewers';

export interface Mark { element: string; name: string; note?: string }
interface Props {
  xml: string;
  marks: Mark[];
  label: string;
  /** What stands in the middle at first; without it the whole is shown. */
  look?: string;
  /** Buttons that go to an element. */
  places?: { element: string; text: string }[];
}

/** A process as it is drawn, with marks and numbers at its elements. */
export function ProcessPicture({ xml: model, marks, label, look, places = [] }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [handle, setHandle] = useState<BpmnHandle | null>(null);
  const [failed, setFailed] = useState(false);
  const xml = inWords(model);
  const told = JSON.stringify(marks);
  useEffect(() => {
    let made: BpmnHandle | null = null;
    let gone = false;
    const holder = document.createElement('div');
    holder.className = 'model-holder';
    box.current?.append(holder);
    import('./viewers').then(({ openBpmn }) => openBpmn(holder, xml)).then((opened) => {
      if (gone) { opened.destroy(); return; }
      made = opened;
      for (const mark of JSON.parse(told) as Mark[]) {
        opened.mark(mark.element, mark.name);
        if (mark.note) opened.note(mark.element, mark.note);
      }
      if (look) opened.look(look); else opened.fit();
      setHandle(opened);
    }, () => { if (!gone) setFailed(true); });
    return () => { gone = true; made?.destroy(); holder.remove(); setHandle(null); };
  }, [xml, told, look]);
  return (
    <>
      {failed && <p className="note is-warn">{t('models.failed')}</p>}
      {!failed && !handle && <Skeleton lines={4} />}
      <div ref={box} className="model is-process" role="region" aria-label={label} />
      {handle && (
        <p className="model-tools">
          <Button size="small" onClick={() => handle.fit()}>{t('process.whole')}</Button>
          {places.map((place) => <Button key={place.element} size="small" onClick={() => handle.look(place.element)}>{place.text}</Button>)}
        </p>
      )}
    </>
  );
}
