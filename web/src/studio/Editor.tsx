import { useEffect, useMemo, useState } from 'react';
import type { FiredRule, PolicyFinding } from '../api/types.gen';
import { useCall } from '../api/hooks';
import { t, useLanguage } from '../locale';
import { Graphic, GRAPH } from './Graphic';
import { elementsOf, type Element_ } from './model';
import { PlainEditor } from './PlainEditor';

const PHONE = '(max-width: 700px)';
export const isPhone = (): boolean => window.matchMedia(PHONE).matches;

interface Props { matter: string; xml: string; element: string; onElement: (id: string) => void; fired: FiredRule[]; finding: PolicyFinding | null; onChange?: (xml: string) => void }

function Options({ items, kind, names }: { items: Element_[]; kind: Element_['kind']; names: Map<string, string> }) {
  return (
    <optgroup label={t(`studio.kind.${kind}`)}>
      {items.filter((one) => one.kind === kind).map((one) => <option key={one.id} value={one.id}>{names.has(one.name) ? `${one.name} · ${names.get(one.name)}` : one.name}</option>)}
    </optgroup>
  );
}

/** The policy: which part, and in which of the two editors. */
export function Editor({ matter, xml, element, onElement, fired, finding, onChange }: Props) {
  const elements = useMemo(() => elementsOf(xml), [xml]);
  const lang = useLanguage();
  const cases = useCall('policy_cases', { path: { matter } });
  const names = useMemo(() => new Map(lang === 'en' ? cases.data?.names.map((one) => [one.name, one.en]) : []), [lang, cases.data]);
  const [plain, setPlain] = useState(isPhone());
  const [failed, setFailed] = useState(false);
  const current = elements?.find((one) => one.id === element);
  const lit = useMemo(() => new Set(fired.filter((rule) => rule.hit).map((rule) => rule.decision)), [fired]);
  const [last, setLast] = useState(element); // what the graph is looked at from
  useEffect(() => { if (element !== GRAPH) setLast(element); }, [element]);
  const back = (asText: boolean) => { setPlain(asText); setFailed(false); if (element === GRAPH) onElement(last); };
  const phone = isPhone(); // too small for dmn-js and its targets
  const drawn = !phone && (!current || current.kind === 'decision'); // dmn-js knows no tables inside functions
  const asPlain = (plain || failed || !drawn) && current;
  return (
    <section className="panel studio-editor" aria-label={t('studio.editor')}>
      <h2 className="hidden">{t('studio.editor')}</h2>
      <div className="studio-tools">
        <label>{t('studio.part')} <select value={element} onChange={(e) => onElement(e.target.value)}>
          {element === GRAPH && <option value={GRAPH}>{t('rules.graph')}</option>}
          {elements && <><Options items={elements} kind="decision" names={names} /><Options items={elements} kind="knowledge" names={names} /></>}
        </select></label>
        <ul className="switch" aria-label={t('studio.how')}>
          <li><button type="button" aria-pressed={!asPlain && element !== GRAPH} disabled={!drawn} onClick={() => back(false)}>{t('studio.graphic')}</button></li>
          <li><button type="button" aria-pressed={!!asPlain} disabled={!current && !last} onClick={() => back(true)}>{t('studio.plain')}</button></li>
          {!phone && <li><button type="button" aria-pressed={element === GRAPH} onClick={() => onElement(GRAPH)}>{t('rules.graph')}</button></li>}
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
          : <Graphic xml={xml} element={element} look={last} fired={fired} onChange={onChange} onFailed={() => setFailed(true)} />}
    </section>
  );
}
