import { Button } from 'antd';
import { saveBlob } from '../../api/client';
import { useAct } from '../../api/hooks';
import { Problem } from '../../components/State';
import { t } from '../../locale';

/** A letter to the person, kept as a file for printing. */
export function LetterButton({ kind, name, letter }: { kind: 'hearing' | 'decision' | 'recovery'; name: string; letter: () => Promise<unknown> }) {
  const act = useAct();
  return (
    <>
      <Button loading={act.busy} onClick={() => void act.run(async () => saveBlob((await letter()) as Blob, `${t(`life.letter.${kind}`)}-${name}.pdf`))}>{t(`life.letter.${kind}`)}</Button>
      {act.error && <Problem error={act.error} />}
    </>
  );
}
