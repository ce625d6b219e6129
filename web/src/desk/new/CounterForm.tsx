import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { call, newId } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Application, CaseReceipt, Household, Json, Matter, MatterDetail, PersonFound } from '../../api/types.gen';
import { ErrorSummary } from '../../components/ErrorSummary';
import { Problem, Show, Skeleton } from '../../components/State';
import { FormFields } from '../../form/FormFields';
import type { Scope } from '../../form/feel';
import { pagesOf, visiblePages } from '../../form/pages';
import { fieldAt, initial, readForm, setAt, type Answers } from '../../form/schema';
import { dataOf, submission } from '../../form/settle';
import { listed, sentence } from '../../form/sentences';
import { mistakes, pathText } from '../../form/validate';
import { language, say, t } from '../../locale';
import { HouseholdView } from '../case/FactsTab';

interface Props { person: PersonFound; matter: Matter; onDone: (receipt: CaseReceipt) => void }
interface FormProps { matter: Matter; applicant: Pick<Application, 'applicant_person' | 'applicant_number'>; detail: MatterDetail; known: Answers; start?: Answers; onDone: (receipt: CaseReceipt) => void }
const CHANNELS = ['counter', 'phone', 'agent', 'community'] as const;

export function CounterForm(props: Props) {
  const detail = useCall('matter', { path: { matter: props.matter.id } });
  const known = useCall('person_known', { path: { person: props.person.person, matter: props.matter.id }, query: { purpose: 'counter_application' } });
  const household = useCall('person_household', { path: { person: props.person.person }, query: { purpose: 'counter_application' } });
  return (
    <>
      <details className="known">
        <summary>{t('known.title')}</summary>
        {household.error?.status === 404 ? <p>{t('known.nothing')}</p> : <Show of={household} lines={4}>{(data: Household) => <HouseholdView household={data} />}</Show>}
      </details>
      {detail.error && <Problem error={detail.error} onRetry={detail.reload} />}
      {known.error && <Problem error={known.error} onRetry={known.reload} />}
      {detail.data && (known.data || known.error) ? <Form matter={props.matter} applicant={{ applicant_person: props.person.person }} detail={detail.data} known={(known.data?.answers ?? {}) as Answers} onDone={props.onDone} /> : !detail.error && <Skeleton />}
    </>
  );
}

/** For who lives under another office: what the register knows of him stays there; he is named by his whole number. */
export function ElsewhereForm({ number, matter, onDone }: { number: string; matter: Matter; onDone: (receipt: CaseReceipt) => void }) {
  const detail = useCall('matter', { path: { matter: matter.id } });
  return <Show of={detail} lines={4}>{(data) => <Form matter={matter} applicant={{ applicant_number: number }} detail={data} known={{}} start={{ applicant_idnum: number }} onDone={onDone} />}</Show>;
}

/** The whole form on one page, in sections: at a counter speed matters. */
function Form({ applicant, matter, detail, known, start, onDone }: FormProps) {
  const { meta } = useSession();
  const lang = language();
  const fields = useMemo(() => readForm(detail.form ?? null, lang === 'en' ? detail.form_en : null), [detail, lang]);
  const [answers, setAnswers] = useState<Answers>(() => initial(fields, { ...known, ...start }));
  const [channel, setChannel] = useState<Application['channel']>('counter');
  const [agent, setAgent] = useState('');
  const [declared, setDeclared] = useState(false);
  const [round, setRound] = useState(0);
  const [once] = useState(newId);
  const act = useAct();
  const inForm = fieldAt(fields, 'declared') !== undefined;
  const scope: Scope = { ...(dataOf(fields, answers) as Scope), $today: meta?.today ?? null };
  const found = round > 0 ? mistakes(fields, answers, scope, scope) : [];
  const errors = new Map(found.map((mistake) => [pathText(mistake.path), sentence(mistake)]));
  const refused = act.error?.problem?.errors ?? [];
  const items = found.map((mistake) => ({ id: `q-${pathText(mistake.path)}`, text: listed(mistake) }));
  for (const { path, message } of refused) {
    if (!path || errors.has(path)) continue;
    errors.set(path, message);
    items.push({ id: `q-${path}`, text: message });
  }
  const needsAgent = channel === 'agent' || channel === 'community';
  const ready = (inForm ? answers.declared === true : declared) && (!needsAgent || !!agent.trim());
  const set = (path: (string | number)[], value: Json) => setAnswers((old) => setAt(old, path, value) as Answers);
  const send = () => {
    setRound((n) => n + 1);
    if (mistakes(fields, answers, scope, scope).length > 0 || !ready) return;
    void act.run(async () => {
      const helper = needsAgent ? { agent_name: agent.trim(), agent_kind: channel === 'community' ? 'community' as const : 'person' as const } : {};
      onDone(await call('case_new', { once, body: { matter: matter.id, channel, data: submission(fields, answers), ...applicant, declared: true, ...helper } }));
    });
  };
  return (
    <form className="counter-form" onSubmit={(e) => { e.preventDefault(); send(); }} noValidate>
      <ErrorSummary round={round} items={items} />
      {act.error && refused.length === 0 && <Problem error={act.error} focus />}
      <section className="panel">
        <h2>{say(matter.name)}</h2>
        <fieldset className="purposes is-row">
          <legend>{t('new.channel')}</legend>
          {CHANNELS.map((code) => <label key={code}><input type="radio" name="channel" checked={channel === code} onChange={() => setChannel(code)} /> {t(`channel.${code}`)}</label>)}
        </fieldset>
        {needsAgent && <div className="filters"><label>{t('new.agent')}<Input value={agent} onChange={(e) => setAgent(e.target.value)} /></label></div>}
      </section>
      {visiblePages(pagesOf(fields), scope).map((page) => (
        <section className="panel form-panel" key={page.id}>
          <FormFields fields={page.fields} answers={answers} scope={scope} root={scope} base={[]} known={known} onChange={set} errors={errors} />
        </section>
      ))}
      <section className="panel">
        {!inForm && <label className="form-choice"><input type="checkbox" checked={declared} onChange={(e) => setDeclared(e.target.checked)} /><span>{t('new.declared')}</span></label>}
        {round > 0 && !ready && <p className="note is-bad" role="alert">{t(needsAgent && !agent.trim() ? 'new.agentFirst' : 'check.declareFirst')}</p>}
        <p><Button type="primary" size="large" htmlType="submit" loading={act.busy}>{t('new.send')}</Button></p>
      </section>
    </form>
  );
}
