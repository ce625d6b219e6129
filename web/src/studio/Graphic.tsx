import { useEffect, useRef, useState } from 'react';
import type { FiredRule } from '../api/types.gen';
import { Skeleton } from '../components/State';
import { light } from '../desk/models/DmnPanel';
import type { DmnHandle, ModelerHandle, View } from '../desk/models/viewers';
import { t } from '../locale';

export const GRAPH = '';
const QUIET_MS = 250; // typing in a cell is one change, not twenty

/** What dmn-js leaves without a name that a screen reader could say. */
function name(container: HTMLElement): void {
  container.querySelectorAll<HTMLElement>('[contenteditable="true"]:not([aria-label])').forEach((cell) => {
    cell.setAttribute('role', 'textbox');
    cell.setAttribute('aria-label', t('studio.cell'));
  });
  container.querySelectorAll('input:not([aria-label]), select:not([aria-label]), textarea:not([aria-label])').forEach((field) => field.setAttribute('aria-label', t('studio.cell')));
  container.querySelectorAll('button:not([aria-label])').forEach((button) => { if (!button.textContent?.trim()) button.setAttribute('aria-label', button.getAttribute('title') || t('studio.cell')); });
  container.querySelectorAll('th:empty').forEach((head) => { head.setAttribute('aria-label', t('rules.index')); });
}

interface Props { xml: string; element: string; look: string; fired: FiredRule[]; onChange?: (xml: string) => void; onFailed: () => void }

/** dmn-js on one element of the model, to edit or (without onChange) to read. */
export function Graphic({ xml, element, look, fired, onChange, onFailed }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const own = useRef<string | null>(null); // what dmn-js itself said last: no reason to read it in again
  const [source, setSource] = useState(xml);
  const [handle, setHandle] = useState<DmnHandle | null>(null);
  const told = useRef({ onChange, onFailed });
  told.current = { onChange, onFailed };
  const edits = !!onChange;
  useEffect(() => { if (xml !== own.current) setSource(xml); }, [xml]);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    let made: (DmnHandle & Partial<ModelerHandle>) | null = null;
    const holder = document.createElement('div');
    holder.className = 'model-holder';
    box.current?.append(holder);
    const tell = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (gone || !made?.save) return;
        made.save().then((next) => { own.current = next; told.current.onChange?.(next); }, () => told.current.onFailed());
      }, QUIET_MS);
    };
    own.current = source;
    import('../desk/models/viewers')
      .then(({ openDmn, openModeler }) => (edits ? openModeler(holder, source, tell) : openDmn(holder, source)))
      .then((opened) => { if (gone) opened.destroy(); else { made = opened; setHandle(opened); } }, () => { if (!gone) told.current.onFailed(); });
    return () => { gone = true; window.clearTimeout(timer); made?.destroy(); holder.remove(); setHandle(null); };
  }, [source, edits]);
  useEffect(() => {
    if (!handle || !box.current) return undefined;
    const container = box.current;
    const wanted: View | undefined = handle.views.find((view) => view.element.id === element) ?? handle.views.find((view) => view.type === 'drd');
    if (!wanted) return undefined;
    const dress = () => { light(container, fired); name(container); };
    const watch = new MutationObserver(dress);
    watch.observe(container, { childList: true, subtree: true });
    handle.open(wanted, look).then(dress, () => told.current.onFailed());
    return () => watch.disconnect();
  }, [handle, element, look, fired]);
  return (
    <>
      {!handle && <Skeleton lines={4} />}
      <div ref={box} className={`model studio-model${element === GRAPH ? ' is-drd' : ''}`} />
    </>
  );
}
