/** Is this figure one that the bureau must confirm before money is paid by it? */
export const toConfirm = (p: { confidence: string }): boolean => p.confidence.endsWith('to-confirm');
