import { useState } from 'react';
import { useCall } from '../api/hooks';
import { link } from '../components/route';
import { Problem, Show, Skeleton } from '../components/State';
import { modelUrl, useModelText } from '../desk/models/useModelText';
import { say, t } from '../locale';
import { day } from '../locale/format';
import { Beside } from './Beside';

/** One version, read only, beside the one it is compared with. */
export function VersionPage({ matter, file }: { matter: string; file: string }) {
  const list = useCall('policies');
  const own = useModelText(modelUrl(matter, file));
  const [chosen, setChosen] = useState('');
  const policy = list.data?.items.find((one) => one.matter === matter);
  const version = policy?.versions.find((one) => one.file === file);
  const others = policy?.versions.filter((one) => one.file !== file) ?? [];
  const other = chosen || version?.base || others[others.length - 1]?.file || file;
  const before = useModelText(modelUrl(matter, other));
  if (own.error) return <><h1>{t('notFound.title')}</h1><Problem error={own.error} /></>;
  return (
    <Show of={list} lines={8}>{() => {
      if (!policy || !version) return <><h1>{t('notFound.title')}</h1><p>{t('notFound.text')}</p></>;
      return (
        <>
          <p><a href="#/">{t('studio.back')}</a></p>
          <div className="page-head">
            <h1>{say(policy.name)} · {t('studio.versionNo', { n: version.version })}</h1>
            {others.length > 0 && <label>{t('studio.compareWith')} <select value={other} onChange={(e) => setChosen(e.target.value)}>{others.map((one) => <option key={one.file} value={one.file}>{t('studio.versionNo', { n: one.version })} · {day(one.valid_from)}</option>)}</select></label>}
          </div>
          <p className="quiet">{t('studio.from', { date: day(version.valid_from) })}{version.article && ` · ${version.article}`}{version.note && ` · ${version.note}`}{version.reform && <> · <a href={link('reforms', version.reform.id)}>{t('studio.withReform', { name: version.reform.name })}</a></>}</p>
          {own.text === null ? <Skeleton lines={8} />
            : <Beside matter={matter} xml={own.text} before={before.text} beforeName={other} first="findings"><p className="note is-good">{t('studio.fixed')}</p></Beside>}
        </>
      );
    }}</Show>
  );
}
