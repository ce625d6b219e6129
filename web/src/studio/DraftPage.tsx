import { useEffect, useState } from 'react';
import { call } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { Json, PolicyDraft } from '../api/types.gen';
import { go, link } from '../components/route';
import { Problem, Show, Skeleton } from '../components/State';
import { modelUrl, useModelText } from '../desk/models/useModelText';
import { say, t } from '../locale';
import { day, moment } from '../locale/format';
import { Beside } from './Beside';
import { isPhone } from './Editor';
import { StateMark } from './ListPage';
import { casesOf } from './OwnCase';

interface Words { note: string; article: string; valid_from: string; retroactive: string; differences: string; reform: string }
type Written = Exclude<keyof Words, 'reform'>;
const FIELDS: { name: Written; kind: 'area' | 'date' | 'line' }[] = [
  { name: 'note', kind: 'area' }, { name: 'article', kind: 'line' }, { name: 'valid_from', kind: 'date' }, { name: 'differences', kind: 'area' }, { name: 'retroactive', kind: 'line' },
];
const wordsOf = (draft: PolicyDraft): Words => ({ note: draft.note ?? '', article: draft.article ?? '', valid_from: draft.valid_from ?? '', retroactive: draft.retroactive ?? '', differences: draft.differences ?? '', reform: draft.reform?.id ?? '' });

function Field({ name, kind, value, onChange }: { name: Written; kind: 'area' | 'date' | 'line'; value: string; onChange: (value: string) => void }) {
  const id = `draft-${name}`;
  const common = { id, value, 'aria-describedby': `${id}-hint` };
  return (
    <div className="studio-field-row">
      <label htmlFor={id}>{t(`studio.field.${name}`)}</label>
      {kind === 'area' ? <textarea {...common} rows={3} onChange={(e) => onChange(e.target.value)} />
        : <input {...common} className="plain-input" type={kind === 'date' ? 'date' : 'text'} onChange={(e) => onChange(e.target.value)} />}
      <p className="quiet" id={`${id}-hint`}>{t(`studio.hint.${name}`)}</p>
    </div>
  );
}

/** A computation that shows what it would do; who publishes it looks there first, and the publication names it. */
function ReformField({ value, stale, onChange, onCompute, busy }: { value: string; stale: boolean; onChange: (value: string) => void; onCompute: () => void; busy: boolean }) {
  const kept = useCall('reforms');
  return (
    <div className="studio-field-row">
      <label htmlFor="draft-reform">{t('studio.field.reform')}</label>
      <select id="draft-reform" value={value} aria-describedby="draft-reform-hint" onChange={(e) => onChange(e.target.value)}>
        <option value="">{t('studio.noReform')}</option>
        {kept.data?.items.map((one) => <option key={one.id} value={one.id}>{one.name} · {moment(one.made_at)}</option>)}
      </select>
      <p className="quiet" id="draft-reform-hint">{t('studio.hint.reform')}</p>
      {stale && <p className="note is-warn">{t('studio.reformStale')}</p>}
      <button type="button" className="button is-second is-small" disabled={busy} onClick={onCompute}>{t('studio.computeReform')}</button>
      {busy && <p className="quiet" role="status">{t('reform.computing')}</p>}
    </div>
  );
}

function Said({ draft }: { draft: PolicyDraft }) {
  return (
    <dl className="studio-compare">
      {FIELDS.map(({ name }) => draft[name] && <div key={name}><dt>{t(`studio.field.${name}`)}</dt><dd>{name === 'valid_from' ? day(draft.valid_from) : draft[name]}</dd></div>)}
      {draft.reform && <div><dt>{t('studio.field.reform')}</dt><dd><a href={link('reforms', draft.reform.id)}>{draft.reform.name}</a>{draft.reform.with_this_text === false && <p className="note is-warn">{t('studio.reformStale')}</p>}</dd></div>}
    </dl>
  );
}

/** The second person: look, then publish or give back. */
function Review({ draft, onDone }: { draft: PolicyDraft; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const act = useAct();
  const path = { draft: draft.id };
  const publish = () => act.run(async () => { await call('policy_draft_publish', { path }); onDone(); });
  const back = () => act.run(async () => { await call('policy_draft_return', { path, body: { reason: reason.trim() } }); onDone(); });
  return (
    <>
      {act.error && <Problem error={act.error} focus />}
      <Said draft={draft} />
      {draft.may.includes('publish')
        ? <><p>{t('studio.publishHint')}</p><button type="button" className="button is-small" disabled={act.busy} onClick={() => void publish()}>{t('studio.publish')}</button></>
        : <p className="note is-warn">{t(draft.own ? 'studio.notYourself' : 'studio.notYours')}</p>}
      {draft.may.includes('return') && (
        <div className="studio-field-row">
          <label htmlFor="return-reason">{t('studio.returnReason')}</label>
          <textarea id="return-reason" rows={3} value={reason} onChange={(e) => setReason(e.target.value)} />
          <button type="button" className="button is-second is-small" disabled={act.busy || !reason.trim()} onClick={() => void back()}>{t(draft.own ? 'studio.takeBack' : 'studio.return')}</button>
        </div>
      )}
    </>
  );
}

function Open({ draft, reload }: { draft: PolicyDraft; reload: () => void }) {
  const [xml, setXml] = useState(draft.text ?? '');
  const [words, setWords] = useState(wordsOf(draft));
  const [cases, setCases] = useState(casesOf(draft.cases));
  const [kept, setKept] = useState({ xml: draft.text ?? '', words: JSON.stringify(wordsOf(draft)), cases: JSON.stringify(casesOf(draft.cases)) });
  const [fresh, setFresh] = useState({ reform: '', xml: '' }); // computed just now
  const [savedAt, setSavedAt] = useState(draft.updated_at);
  const before = useModelText(modelUrl(draft.matter, draft.base));
  const act = useAct();
  const edits = draft.may.includes('save') && !isPhone();
  const dirty = xml !== kept.xml || JSON.stringify(words) !== kept.words || JSON.stringify(cases) !== kept.cases;
  const path = { draft: draft.id };
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  const write = async (reform = words.reform) => {
    const body = { text: xml, note: words.note || null, article: words.article || null, retroactive: words.retroactive || null, differences: words.differences || null, valid_from: words.valid_from || null, cases: (cases.length > 0 ? cases : null) as unknown as Json, reform: reform || null };
    const saved = await call('policy_draft_put', { path, body });
    setKept({ xml, words: JSON.stringify({ ...words, reform }), cases: JSON.stringify(cases) });
    setSavedAt(saved.updated_at);
  };
  const save = () => act.run(write);
  const submit = () => act.run(async () => {
    if (dirty) await write();
    await call('policy_draft_submit', { path });
    reload();
  });
  /* Kept first: what is computed is what stands in the store. */
  const compute = () => act.run(async () => {
    if (dirty) await write();
    const name = t('studio.reformName', { base: draft.base, at: moment(new Date().toISOString()) });
    const reform = await call('reform_new', { body: { name: name.slice(0, 60), figures: null, drafts: [draft.id], margin_fen: 10000 } });
    await write(reform.id);
    setWords({ ...words, reform: reform.id });
    setFresh({ reform: reform.id, xml });
  });
  const drop = () => act.run(async () => { await call('policy_draft_delete', { path }); go('#/'); });
  const form = (
    <>
      {FIELDS.map((field) => <Field key={field.name} {...field} value={words[field.name]} onChange={(value) => setWords({ ...words, [field.name]: value })} />)}
      <ReformField key={fresh.reform} value={words.reform} stale={words.reform === fresh.reform ? xml !== fresh.xml && !!fresh.reform : words.reform === draft.reform?.id && draft.reform?.with_this_text === false} busy={act.busy} onCompute={() => void compute()} onChange={(reform) => setWords({ ...words, reform })} />
      <p className="quiet">{t('studio.submitHint')}</p>
      <div className="row"><button type="button" className="button is-small" disabled={act.busy} onClick={() => void submit()}>{t('studio.submit')}</button>
        <button type="button" className="button is-harm is-small" disabled={act.busy} onClick={() => void drop()}>{t('studio.delete')}</button></div>
    </>
  );
  return (
    <Beside matter={draft.matter} xml={xml} before={before.text} beforeName={draft.base} onChange={edits ? setXml : undefined} own={{ cases, onChange: edits ? setCases : undefined }} first={draft.may.includes('publish') ? 'changes' : 'findings'}
      publish={draft.state === 'submitted' ? <Review draft={draft} onDone={reload} /> : edits ? form : undefined}>
      {act.error && <Problem error={act.error} focus />}
      {draft.reason && draft.state === 'draft' && <p className="note is-warn">{t('studio.returned', { by: draft.returned_by ?? '', reason: draft.reason })}</p>}
      {draft.may.includes('save') && !edits && <p className="note is-warn">{t('studio.phone')}</p>}
      {draft.state === 'submitted' && <p className="note is-warn">{t('studio.submitted')}</p>}
      {draft.state === 'published' && <p className="note is-good">{t('studio.isPublished')}</p>}
      {edits && (
        <div className="row studio-save">
          <button type="button" className="button is-small" disabled={act.busy || !dirty} onClick={() => void save()}>{t('studio.save')}</button>
          <span className="quiet" role="status">{dirty ? t('studio.dirty') : t('studio.saved', { at: moment(savedAt) })}</span>
        </div>
      )}
    </Beside>
  );
}

/** A draft: its author writes, somebody else looks at it and publishes it. */
export function DraftPage({ id }: { id: string }) {
  const question = useCall('policy_draft', { path: { draft: id } });
  const list = useCall('policies');
  if (question.error && !question.data) return <><h1>{t('studio.draft')}</h1><Problem error={question.error} onRetry={question.reload} /></>;
  return (
    <Show of={question} lines={10}>{(draft) => {
      const policy = list.data?.items.find((one) => one.matter === draft.matter);
      return (
        <>
          <p><a href="#/">{t('studio.back')}</a></p>
          <div className="page-head"><h1>{policy ? say(policy.name) : draft.matter} · {t('studio.draft')} <StateMark draft={draft} /></h1></div>
          <p className="quiet">{t('studio.draftOf', { author: draft.author, base: draft.base })}</p>
          {draft.text ? <Open key={`${draft.id}/${draft.state}/${draft.version}`} draft={draft} reload={question.reload} /> : <Skeleton lines={8} />}
        </>
      );
    }}</Show>
  );
}
