import type { Case } from '../api/types.gen';

/** May this person do `act` with the case?  The server names acts, with or without the route's prefix. */
export const may = (data: Case, act: string): boolean => data.may.includes(act) || data.may.includes(`case_${act}`);
