import { useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { Policy, PolicyDraft, PolicyVersion } from '../api/types.gen';
import { go, link } from '../components/route';
import { Empty, Problem, Show } from '../components/State';
import { say, t } from '../locale';
import { day, dayOf, moment } from '../locale/format';
import { Proof } from './Proof';

const STATE = { draft: '', submitted: 'is-warn', published: 'is-good' } as const;

export const StateMark = ({ draft }: { draft: PolicyDraft }) => <span className={`mark ${STATE[draft.state]}`}>{t(`studio.state.${draft.state}`)}</span>;

function Drafts({ items }: { items: PolicyDraft[] }) {
  if (items.length === 0) return null;
  return (
    <>
      <h3>{t('studio.drafts')}</h3>
      <ul className="plain studio-drafts">
        {items.map((draft) => (
          <li key={draft.id}>
            <a href={link('draft', draft.id)}>{draft.note || t('studio.untitled')}</a> <StateMark draft={draft} />
            <span className="quiet">{t('studio.draftLine', { author: draft.author, at: moment(draft.updated_at) })}{draft.valid_from && ` · ${t('studio.from', { date: day(draft.valid_from) })}`}</span>
            {draft.may.includes('publish') && <strong className="studio-ask">{t('studio.waitsForYou')}</strong>}
            {draft.reason && draft.state === 'draft' && <span className="is-bad">{t('studio.returned', { by: draft.returned_by ?? '', reason: draft.reason })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Versions({ policy, mayDraft }: { policy: Policy; mayDraft: boolean }) {
  const act = useAct();
  const start = (version: PolicyVersion) => act.run(async () => {
    const draft = await call('policy_draft_new', { body: { matter: policy.matter, file: version.file } });
    go(link('draft', draft.id));
  });
  return (
    <>
      {act.error && <Problem error={act.error} focus />}
      <div className="scroll" tabIndex={0} role="region" aria-label={t('studio.versionsOf', { name: say(policy.name) })}>
        <table className="grid is-cards">
          <thead><tr><th scope="col">{t('studio.version')}</th><th scope="col">{t('studio.validFrom')}</th><th scope="col">{t('studio.article')}</th><th scope="col">{t('studio.people')}</th><th scope="col">{t('studio.evidence')}</th>{mayDraft && <th scope="col">{t('studio.acts')}</th>}</tr></thead>
          <tbody>
            {[...policy.versions].reverse().map((version) => (
              <tr key={version.file}>
                <th scope="row"><a href={link('version', policy.matter, version.file)}>{t('studio.versionNo', { n: version.version })}</a><br /><span className="quiet">{version.file}</span></th>
                <td data-label={t('studio.validFrom')}><div>{day(version.valid_from)}{version.in_force_from && version.in_force_from !== version.valid_from && <><br /><span className="quiet">{t('studio.inForce', { date: day(version.in_force_from) })}</span></>}{version.retroactive && <><br /><span className="mark is-warn">{t('studio.retroactive')}</span> <span className="quiet">{version.retroactive}</span></>}</div></td>
                <td data-label={t('studio.article')}><div>{version.article ?? <span className="quiet">{t('studio.packOwn')}</span>}{version.note && <><br /><span className="quiet">{version.note}</span></>}{version.reform && <><br /><a href={link('reforms', version.reform.id)}>{t('studio.withReform', { name: version.reform.name })}</a></>}{version.source_note && <><br /><span className="quiet">{say(version.source_note)}</span></>}</div></td>
                <td data-label={t('studio.people')}><div>{version.author ? <>{t('studio.by', { author: version.author, publisher: version.published_by ?? '' })}<br /><span className="quiet">{dayOf(version.published_at)}</span></> : <span className="quiet">{t('studio.withPack')}</span>}</div></td>
                <td data-label={t('studio.evidence')}><div><code>{version.sha256.slice(0, 12)}</code>{version.entry && <Proof entry={version.entry} name={version.file} />}</div></td>
                {mayDraft && <td data-label={t('studio.acts')}><div><button type="button" className="button is-second is-small" disabled={act.busy} onClick={() => void start(version)}>{t('studio.startDraft')}<span className="hidden">{t('studio.versionNo', { n: version.version })}</span></button></div></td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Every policy with its versions and what is being written. */
export function ListPage() {
  const question = useCall('policies');
  const [wanted, setWanted] = useState('');
  return (
    <>
      <div className="page-head"><h1>{t('studio.title')}</h1>
        <label className="studio-find">{t('studio.find')} <input className="plain-input" type="search" value={wanted} onChange={(e) => setWanted(e.target.value)} /></label>
      </div>
      <p className="quiet">{t('studio.intro')}</p>
      <Show of={question} lines={10}>{({ items, may_draft: mayDraft }) => {
        const shown = items.filter((policy) => `${say(policy.name)} ${policy.matter}`.toLowerCase().includes(wanted.trim().toLowerCase()));
        if (shown.length === 0) return <Empty title={t('studio.none')}><p>{t(items.length ? 'studio.noneFound' : 'studio.noneText')}</p></Empty>;
        return shown.map((policy) => (
          <section className="panel" key={policy.matter} aria-labelledby={`policy-${policy.matter}`}>
            <h2 id={`policy-${policy.matter}`}>{say(policy.name)} <span className="quiet">{t('studio.casesCount', { n: policy.cases })}</span></h2>
            <Versions policy={policy} mayDraft={mayDraft} />
            <Drafts items={policy.drafts} />
          </section>
        ));
      }}</Show>
    </>
  );
}
