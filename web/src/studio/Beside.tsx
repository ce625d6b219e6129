import { useState, type ReactNode } from 'react';
import { call } from '../api/client';
import type { FiredRule, Json, PolicyFinding, PolicyTried } from '../api/types.gen';
import { decidingTable } from '../desk/models/deciding';
import { t } from '../locale';
import { ArticlesPanel } from './ArticlesPanel';
import { Editor } from './Editor';
import { GRAPH } from './Graphic';
import { CasesPanel, ChangesPanel, FindingsPanel, HouseholdPanel, useQuiet, type Own } from './panels';

const TABS = ['findings', 'articles', 'cases', 'household', 'changes'] as const;
export type Tab = typeof TABS[number] | 'publish';
const NONE: FiredRule[] = [];

interface Props {
  matter: string;
  xml: string;
  /** The version to compare with; null while it is fetched. */
  before: string | null;
  beforeName: string;
  onChange?: (xml: string) => void;
  own?: Own;
  /** What is done with it: the last tab. */
  publish?: ReactNode;
  children?: ReactNode;
  first: Tab;
}

/** The policy on the left, what is known of it on the right. */
export function Beside({ matter, xml, before, beforeName, onChange, own, publish, children, first }: Props) {
  const [element, setElement] = useState(() => decidingTable(xml) || GRAPH); // on the table that decides
  const [tab, setTab] = useState<Tab>(first);
  const [finding, setFinding] = useState<PolicyFinding | null>(null);
  const [tried, setTried] = useState<PolicyTried | null>(null);
  const found = useQuiet((signal) => call('policy_check', { path: { matter }, body: { text: xml }, signal }), xml, true);
  const tests = useQuiet((signal) => call('policy_test', { path: { matter }, body: { text: xml, cases: (own?.cases ?? null) as Json }, signal }), xml + JSON.stringify(own?.cases ?? null), tab === 'cases' || tab === 'publish');
  const tabs: Tab[] = publish ? [...TABS, 'publish'] : [...TABS];
  const choose = (one: PolicyFinding) => { setFinding(one); if (one.element?.id) setElement(one.element.id); };
  const badge = (one: Tab): string => {
    if (one === 'findings' && found.data) return String(found.data.counted);
    if (one === 'cases' && tests.data) return String(tests.data.failed);
    return '';
  };
  return (
    <div className="studio-body">
      <div className="studio-main">
        {children}
        <Editor matter={matter} xml={xml} element={element} onElement={setElement} fired={tried?.rules ?? NONE} finding={finding} onChange={onChange} />
      </div>
      <aside className="panel studio-side" aria-label={t('studio.beside')}>
        <ul className="switch" aria-label={t('studio.beside')}>
          {tabs.map((one) => <li key={one}><button type="button" aria-pressed={tab === one} onClick={() => setTab(one)}>{t(`studio.tab.${one}`)}{badge(one) && ` ${badge(one)}`}</button></li>)}
        </ul>
        <h2 className="hidden">{t(`studio.tab.${tab}`)}</h2>
        {tab === 'findings' && <FindingsPanel found={found} chosen={finding} onChoose={choose} />}
        {tab === 'articles' && <ArticlesPanel xml={xml} element={element} />}
        {tab === 'cases' && <CasesPanel tests={tests} own={own} />}
        <div hidden={tab !== 'household'}><HouseholdPanel matter={matter} text={xml} own={own} onTried={setTried} /></div>
        {tab === 'changes' && <ChangesPanel before={before} after={xml} beforeName={beforeName} onElement={setElement} />}
        {tab === 'publish' && publish}
      </aside>
    </div>
  );
}
