import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Parameter, PolicyDraft } from '../../api/types.gen';
import { go, link } from '../../components/route';
import { Empty, Problem, Show } from '../../components/State';
import { say, t } from '../../locale';
import { moment } from '../../locale/format';
import { changedText } from './words';

interface Change { name: string; value: string }
const MARGIN_FEN = 10000;

function Row({ change, items, onChange, onRemove }: { change: Change; items: Parameter[]; onChange: (next: Change) => void; onRemove?: () => void }) {
  const now = items.find((p) => p.name === change.name);
  return (
    <div className="filters">
      <label>{t('reform.figure')}
        <select value={change.name} onChange={(e) => onChange({ name: e.target.value, value: items.find((p) => p.name === e.target.value)?.value ?? '' })}>
          <option value="">{t('reform.choose')}</option>
          {items.map((p) => <option key={p.name} value={p.name}>{say(p.label)}</option>)}
        </select>
      </label>
      <label>{t('reform.value')}<Input value={change.value} inputMode="decimal" maxLength={16} onChange={(e) => onChange({ ...change, value: e.target.value })} /></label>
      <p className="quiet">{now && t('reform.now', { value: `${now.value} ${say(now.unit_label)}` })}</p>
      {onRemove && <button type="button" className="text-button" onClick={onRemove}>{t('reform.remove')}<span className="hidden">{now ? say(now.label) : ''}</span></button>}
    </div>
  );
}

/** Drafts of policies that may stand in the place of what is in force. */
function DraftChoice({ chosen, onChange }: { chosen: string[]; onChange: (next: string[]) => void }) {
  const policies = useCall('policies');
  const open: { name: string; draft: PolicyDraft }[] = (policies.data?.items ?? []).flatMap((policy) => policy.drafts.map((draft) => ({ name: say(policy.name), draft })));
  if (open.length === 0) return null;
  return (
    <fieldset className="reform-drafts">
      <legend>{t('reform.drafts')}</legend>
      {open.map(({ name, draft }) => (
        <label key={draft.id}><input type="checkbox" checked={chosen.includes(draft.id)} onChange={(e) => onChange(e.target.checked ? [...chosen, draft.id] : chosen.filter((id) => id !== draft.id))} />
          {name}{draft.note ? ` · ${draft.note}` : ''} <span className="quiet">{t('studio.draftLine', { author: draft.author, at: moment(draft.updated_at) })}</span></label>
      ))}
    </fieldset>
  );
}

/** What would happen if these figures were others, or these drafts in force. */
function Ask() {
  const parameters = useCall('parameters');
  const [name, setName] = useState('');
  const [changes, setChanges] = useState<Change[]>([{ name: '', value: '' }]);
  const [drafts, setDrafts] = useState<string[]>([]);
  const act = useAct();
  const whole = changes.filter((c) => c.name && c.value.trim() !== '' && Number.isFinite(Number(c.value)));
  const ready = !!name.trim() && whole.length + drafts.length > 0 && whole.length === changes.filter((c) => c.name).length;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    void act.run(async () => {
      const figures = Object.fromEntries(whole.map((c) => [c.name, Number(c.value)]));
      const reform = await call('reform_new', { body: { name: name.trim(), figures, drafts: drafts.length > 0 ? drafts : null, margin_fen: MARGIN_FEN } });
      go(link('reforms', reform.id));
    });
  };
  return (
    <form className="panel" onSubmit={send}>
      <h2>{t('reform.new')}</h2>
      <Show of={parameters} lines={3}>{({ items }) => (
        <>
          {changes.map((change, i) => (
            <Row key={i} change={change} items={items} onChange={(next) => setChanges(changes.map((c, k) => (k === i ? next : c)))}
              onRemove={changes.length > 1 ? () => setChanges(changes.filter((_, k) => k !== i)) : undefined} />
          ))}
          <DraftChoice chosen={drafts} onChange={setDrafts} />
          <p><button type="button" className="text-button" onClick={() => setChanges([...changes, { name: '', value: '' }])}>{t('reform.more')}</button></p>
          <div className="filters">
            <label>{t('reform.name')}<Input value={name} maxLength={60} onChange={(e) => setName(e.target.value)} /></label>
            <Button type="primary" htmlType="submit" disabled={!ready} loading={act.busy}>{t('reform.compute')}</Button>
          </div>
          {act.busy && <p className="quiet" role="status">{t('reform.computing')}</p>}
          {act.error && <Problem error={act.error} focus />}
        </>
      )}</Show>
    </form>
  );
}

/** Reforms computed, the latest first. */
export function ReformsPage() {
  const { mayCall } = useSession();
  const question = useCall('reforms');
  const parameters = useCall('parameters');
  const policies = useCall('policies');
  return (
    <>
      <p><a href="#/">{t('studio.back')}</a></p>
      <div className="page-head"><h1>{t('reform.title')}</h1></div>
      <p className="quiet">{t('reform.intro')}</p>
      {mayCall('reform_new') && <Ask />}
      <Show of={question} lines={4}>{({ items }) => items.length === 0 ? <Empty title={t('reform.none')} /> : (
        <section className="panel">
          <h2>{t('reform.kept')}</h2>
          <ul className="plain studio-drafts">
            {items.map((reform) => (
              <li key={reform.id}>
                <a href={link('reforms', reform.id)}>{reform.name}</a>
                <span>{changedText(reform, parameters.data?.items ?? [], policies.data?.items ?? [])}</span>
                <span className="quiet">{reform.made_by} · {moment(reform.made_at)}</span>
                {!reform.snapshot && <span className="mark">{t('reform.cliffOnly')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}</Show>
    </>
  );
}
