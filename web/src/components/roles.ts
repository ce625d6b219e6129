import { roleNames } from '../api/types.gen';
import { language, word } from '../locale';

/** The name of a role, or of who acts without one (the system). */
export const roleName = (role: string): string => roleNames[role]?.[language() === 'zh' ? 0 : 1] ?? word('role', role);
