import { useEffect, useState } from 'react';
import { ApiError, urlOf } from '../../api/client';

/** Where a model file is: an address already, or a file's name in its matter. */
export const modelUrl = (matter: string, file: string): string =>
  file.startsWith('/') ? file : urlOf('policy_file', { matter, file });

/** The text of a model file by its address in the API. */
export function useModelText(url: string | null | undefined): { text: string | null; error: ApiError | null } {
  const [state, setState] = useState<{ text: string | null; error: ApiError | null }>({ text: null, error: null });
  useEffect(() => {
    if (!url) return undefined;
    const control = new AbortController();
    setState({ text: null, error: null });
    fetch(url, { signal: control.signal, credentials: 'same-origin' })
      .then(async (response) => {
        if (!response.ok) throw new ApiError(response.status, null);
        setState({ text: await response.text(), error: null });
      })
      .catch((error: unknown) => {
        if (!control.signal.aborted) setState({ text: null, error: error instanceof ApiError ? error : new ApiError(0, null) });
      });
    return () => control.abort();
  }, [url]);
  return state;
}
