import { roleNames } from '../api/types.gen';
import { language, word } from '../locale';

/** Who may read the board; the others are shown no way to it. */
export const BOARD_READERS = ['leader', 'auditor', 'policy', 'city', 'district_clerk', 'district_decider', 'decider', 'reviewer'];

/** The name of a role, or of who acts without one (the system). */
export const roleName = (role: string): string => roleNames[role]?.[language() === 'zh' ? 0 : 1] ?? word('role', role);
