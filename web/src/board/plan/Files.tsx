import { call, saveBlob } from '../../api/client';
import { useAct } from '../../api/hooks';
import { Problem } from '../../components/State';
import { t } from '../../locale';

const FORMATS = ['pdf', 'xlsx'] as const;
type Format = typeof FORMATS[number];

/** A document in each format, a press away. */
function Files({ label, name, fetch }: { label: string; name: string; fetch: (format: Format) => Promise<unknown> }) {
  const act = useAct();
  return (
    <>
      {FORMATS.map((format) => (
        <button key={format} type="button" className="button is-second" disabled={act.busy} onClick={() => void act.run(async () => saveBlob((await fetch(format)) as Blob, `${name}.${format}`))}>{`${label} ${format.toUpperCase()}`}</button>
      ))}
      {act.error && <Problem error={act.error} focus />}
    </>
  );
}

/** The plan as a document: its mid-term or final evaluation where the day is one of those. */
export const PlanFiles = ({ plan, asOf }: { plan: string; asOf: string }) =>
  <Files label={t('plan.file')} name={`${plan}-${asOf}`} fetch={(format) => call('plan_report', { path: { plan }, query: { as_of: asOf, format } })} />;

/** The bulletin of a month that is over. */
export const BulletinFiles = ({ month }: { month: string }) =>
  <Files label={t('plan.bulletin')} name={`bulletin-${month}`} fetch={(format) => call('plan_bulletin', { query: { month, format } })} />;
