import { roleNames } from '../api/types.gen';
import { language } from '../locale';

/** The name of a role; the code itself when the table does not know it. */
export const roleName = (role: string): string => roleNames[role]?.[language() === 'zh' ? 0 : 1] ?? role;
