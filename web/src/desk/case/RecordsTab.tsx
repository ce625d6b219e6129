import { useCall } from '../../api/hooks';
import type { TaskRecord } from '../../api/types.gen';
import { Empty, Show } from '../../components/State';
import { answerRows } from '../../form/pages';
import { readForm, type Answers } from '../../form/schema';
import { answerWords } from '../../form/sentences';
import { language, say, t } from '../../locale';
import { moment } from '../../locale/format';
import type { TabProps } from './CasePage';

function Record({ record }: { record: TaskRecord }) {
  const fields = readForm(record.form ?? null, language() === 'en' ? record.form_en ?? null : null);
  const rows = record.data ? answerRows(fields, fields, record.data as Answers, answerWords()).filter((row) => row.heading || row.value !== t('form.none')) : [];
  return (
    <section className="panel">
      <h2>{say(record.name)} <span className="mark">{say(record.outcome)}</span></h2>
      <p className="quiet">{moment(record.at)}{record.actor && ` \u00b7 ${record.actor}`}</p>
      {rows.length > 0 && <dl className="pairs">{rows.map((row, i) => <div key={i} className={row.heading ? 'is-heading' : undefined} data-depth={row.depth}><dt>{row.label}</dt><dd>{row.value}</dd></div>)}</dl>}
      {record.note && <p className="record-note">{record.note}</p>}
    </section>
  );
}

/** What colleagues wrote down at the steps before: the second investigator reads what the first one saw. */
export function RecordsTab({ data, purpose }: TabProps) {
  const question = useCall('case_records', { path: { case: data.summary.id }, query: { purpose } });
  return (
    <Show of={question} lines={8}>{(list) => list.items.length === 0
      ? <Empty title={t('records.none')}><p>{t('records.noneHint')}</p></Empty>
      : <>{list.items.map((record, i) => <Record key={i} record={record} />)}</>}</Show>
  );
}
