import { useMemo, useState } from 'react';
import type { FiredRule, PolicyFinding } from '../api/types.gen';
import { t } from '../locale';
import { Graphic, GRAPH } from './Graphic';
import { elementsOf, type Element_ } from './model';
import { PlainEditor } from './PlainEditor';

const PHONE = '(max-width: 700px)';
export const isPhone = (): boolean => window.matchMedia(PHONE).matches;

interface Props { xml: string; element: string; onElement: (id: string) => void; fired: FiredRule[]; finding: PolicyFinding | null; onChange?: (xml: string) => void }

function Options({ items, kind }: { items: Element_[]; kind: Element_['kind'] }) {
  return (
    <optgroup label={t(`studio.kind.${kind}`)}>
      {items.filter((one) => one.kind === kind).map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
    </optgroup>
  );
}

/** The policy: which part, and in which of the two editors. */
export function Editor({ xml, element, onElement, fired, finding, onChange }: Props) {
  const elements = useMemo(() => elementsOf(xml), [xml]);
  const [plain, setPlain] = useState(isPhone());
  const [failed, setFailed] = useState(false);
  const current = elements?.find((one) => one.id === element);
  const lit = useMemo(() => new Set(fired.filter((rule) => rule.hit).map((rule) => rule.decision)), [fired]);
  const phone = isPhone(); // too small for dmn-js and its targets
  const drawn = !phone && (!current || current.kind === 'decision'); // dmn-js knows no tables inside functions
  const asPlain = (plain || failed || !drawn) && current;
  return (
    <section className="panel studio-editor" aria-label={t('studio.editor')}>
      <h2 className="hidden">{t('studio.editor')}</h2>
      <div className="studio-tools">
        <label>{t('studio.part')} <select value={element} onChange={(e) => onElement(e.target.value)}>
          <option value={GRAPH}>{t('rules.graph')}</option>
          {elements && <><Options items={elements} kind="decision" /><Options items={elements} kind="knowledge" /></>}
        </select></label>
        <ul className="switch" aria-label={t('studio.how')}>
          <li><button type="button" aria-pressed={!asPlain} disabled={!drawn} onClick={() => { setPlain(false); setFailed(false); }}>{t('studio.graphic')}</button></li>
          <li><button type="button" aria-pressed={!!asPlain} disabled={!current} onClick={() => setPlain(true)}>{t('studio.plain')}</button></li>
        </ul>
      </div>
      {elements === null && <p className="note is-bad">{t('studio.broken')}</p>}
      {failed && <p className="note is-warn">{t('models.failed')}</p>}
      {fired.length > 0 && <p className="quiet">{t('studio.lit')} {[...lit].map((one) => {
        const target = elements?.find((item) => item.name === one || one.startsWith(`${item.name}.`));
        return target ? <button key={one} type="button" className="text-button" onClick={() => onElement(target.id)}>{target.name}</button> : <span key={one}>{one} </span>;
      })}</p>}
      {asPlain ? <PlainEditor element={current} xml={xml} fired={fired} finding={finding} onChange={onChange} />
        : phone ? <p className="quiet">{t('studio.phone')}</p>
          : <Graphic xml={xml} element={element} fired={fired} onChange={onChange} onFailed={() => setFailed(true)} />}
    </section>
  );
}
