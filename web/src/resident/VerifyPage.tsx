import { useState } from 'react';
import { ApiError, call } from '../api/client';
import { useAct } from '../api/hooks';
import type { CertificateStatus } from '../api/types.gen';
import { Problem } from '../components/State';
import { say, t } from '../locale';
import { day, dayOf } from '../locale/format';

const FILE_BYTES_MAX = 16384; // a certificate has less than one; the door refuses more

function Answer({ of }: { of: CertificateStatus }) {
  return (
    <section className={`note ${of.status === 'valid' ? 'is-good' : 'is-bad'}`} role="status">
      <h2>{t(`genuine.${of.status}`)}</h2>
      <dl className="facts">
        {of.name && <div><dt>{t('genuine.name')}</dt><dd>{say(of.name)}</dd></div>}
        <div><dt>{t('genuine.days')}</dt><dd>{t('certificate.days', { from: day(of.issued_on), to: day(of.valid_until) })}</dd></div>
        {of.revoked_at && <div><dt>{t('genuine.revokedOn')}</dt><dd>{dayOf(of.revoked_at)} · {t(`certificate.reason.${of.reason}`)}</dd></div>}
      </dl>
      <p>{t('genuine.compare')}</p>
    </section>
  );
}

/** Refusals that say something of the certificate, not of this page. */
const SAID = ['certificate.unknown', 'certificate.forged'];

/** Anybody who was shown a certificate asks whether it stands; nothing of its holder is told. */
export function VerifyPage() {
  const [code, setCode] = useState('');
  const [answer, setAnswer] = useState<CertificateStatus | null>(null);
  const [refused, setRefused] = useState('');
  const act = useAct();
  const ask = (body: { code?: string; file?: string }) => act.run(async () => {
    setAnswer(null);
    setRefused('');
    try {
      setAnswer(await call('certificate_check', { body }));
    } catch (error) {
      const known = error instanceof ApiError ? SAID.find((c) => c === error.problem?.code) : undefined;
      if (!known) throw error;
      setRefused(known);
    }
  });
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > FILE_BYTES_MAX) { setAnswer(null); setRefused('certificate.forged'); return; }
    await ask({ file: await file.text() });
  };
  return (
    <>
      <h1>{t('genuine.title')}</h1>
      <p className="lead">{t('genuine.lead')}</p>
      <form className="block" onSubmit={(e) => { e.preventDefault(); void ask({ code: code.trim() }); }}>
        <div className="form-field">
          <label className="form-label" htmlFor="verify-code">{t('genuine.code')}</label>
          <p className="form-hint" id="verify-code-hint">{t('genuine.codeHint')}</p>
          <textarea className="form-input" id="verify-code" rows={3} maxLength={400} spellCheck={false} autoComplete="off" value={code} onChange={(e) => setCode(e.target.value)} aria-describedby="verify-code-hint" />
        </div>
        <p className="actions"><button type="submit" className="button" disabled={act.busy || !code.trim()}>{t('genuine.go')}</button></p>
      </form>
      <div className="form-field">
        <label className="form-label" htmlFor="verify-file">{t('genuine.file')}</label>
        <p className="form-hint" id="verify-file-hint">{t('genuine.fileHint')}</p>
        <input id="verify-file" type="file" accept=".txt,text/plain" aria-describedby="verify-file-hint" onChange={(e) => void read(e.target.files?.[0])} />
      </div>
      {act.error && <Problem error={act.error} focus />}
      {refused && <section className="note is-bad" role="status"><h2>{t(refused === 'certificate.forged' ? 'genuine.forged' : 'genuine.unknown')}</h2><p>{t(refused === 'certificate.forged' ? 'genuine.forgedHint' : 'genuine.unknownHint')}</p></section>}
      {answer && <Answer of={answer} />}
      <p className="quiet">{t('genuine.offline')}</p>
    </>
  );
}
