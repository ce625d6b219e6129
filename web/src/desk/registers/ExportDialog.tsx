import { Modal } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { Register } from '../../api/types.gen';
import { Problem } from '../../components/State';
import { say, t } from '../../locale';
import { PurposeChoice } from '../PurposeGate';

const FORMATS = ['xlsx', 'csv'] as const;
interface Props { of: Register; query: { q?: string; on?: string; filter?: string }; onClose: () => void }

/** What the list shows now, as a file: masked, and where people are in it with a purpose, which goes on record. */
export function ExportDialog({ of, query, onClose }: Props) {
  const act = useAct();
  const [format, setFormat] = useState<typeof FORMATS[number]>('xlsx');
  const [purpose, setPurpose] = useState('');
  const people = of.fields.some((field) => field.personal);
  const save = () => act.run(async () => {
    saveBlob(await call('records_export', { path: { register: of.name }, query: { ...query, format, purpose: purpose || undefined } }) as unknown as Blob, `${of.name}.${format}`);
    onClose();
  });
  return (
    <Modal open title={t('registers.exportTitle', { name: say(of.title) })} okText={t('registers.export')} cancelText={t('cancel')} okButtonProps={{ disabled: people && !purpose }}
      confirmLoading={act.busy} onOk={() => void save()} onCancel={onClose}>
      {act.error && <Problem error={act.error} focus />}
      <p>{t('registers.exportHint')}</p>
      <fieldset className="purposes">
        <legend>{t('registers.exportFormat')}</legend>
        {FORMATS.map((one) => <label key={one}><input type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} /> {t(`registers.export.${one}`)}</label>)}
      </fieldset>
      {people && <PurposeChoice value={purpose} onChange={setPurpose} />}
    </Modal>
  );
}
