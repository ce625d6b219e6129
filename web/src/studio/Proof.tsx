import { call, saveBlob } from '../api/client';
import { useAct } from '../api/hooks';
import { t } from '../locale';

/** The receipt of a publication, to be checked by anybody with `minzheng log verify`. */
export function Proof({ entry, name }: { entry: string; name: string }) {
  const act = useAct();
  const save = () => act.run(async () => {
    const receipt = await call('policy_receipt', { path: { entry } });
    saveBlob(new Blob([receipt.text], { type: 'text/plain' }), `${name}.receipt`);
  });
  return (
    <>
      <br /><button type="button" className="text-button" disabled={act.busy} onClick={() => void save()}>{t('studio.receipt')}<span className="hidden">{name}</span></button>
      {act.error && <span className="is-bad" role="alert">{act.error.problem?.detail ?? t('problem.other')}</span>}
    </>
  );
}
