/* Just enough of SQL's lexis to leave literals, quoted names and comments alone.
 * Private to src/store. */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "base/base.h"

enum token { T_END, T_SPACE, T_WORD, T_QUOTED, T_LITERAL, T_MARK, T_OTHER };

/* The token that begins at `at` (terminated) and its size.  Comments are space;
 * T_QUOTED is a "name", T_LITERAL a 'text', T_MARK a '?', T_OTHER one character. */
enum token sql_token(const char *at, size_t *ret_size);
bool sql_word_char(char c);
/* Without regard to case. */
bool sql_is_word(struct span s, const char *word);
bool sql_in_words(struct span s, const char *const *list); /* ends with NULL */

#endif
