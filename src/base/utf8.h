/* UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, at most
 * U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/base.h"

/* Decodes the character at `*at`, advances; -1 for an invalid sequence (then
 * advances one byte).  Precondition: *at < end. */
int32_t utf8_next(const char **at, const char *end);
bool utf8_valid(struct span s);
size_t utf8_length(struct span s);            /* characters; s valid */
size_t utf8_encode(int32_t c, char out[4]);   /* bytes written */
/* Largest prefix of at most `max` bytes that ends at a character. */
size_t utf8_cut(struct span s, size_t max);
/* First n characters removed / kept. */
struct span utf8_skip(struct span s, size_t n);
struct span utf8_take(struct span s, size_t n);
/* A character that makes a text read otherwise than it is stored: controls (C0
 * with LF and TAB too, DEL, C1), line and paragraph separators, non-characters,
 * and Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties 15.0: marks
 * of direction, zero-width, fillers, tags) and interlinear marks, but not the
 * variation selectors, with which names write their own shape of a character.
 * The browser says the same as /\p{Default_Ignorable_Code_Point}/ (web/src/form/validate.ts). */
bool utf8_hidden(int32_t c);
/* Whether one is in `s`; `lines`: LF, CR and TAB are welcome.  s valid. */
bool utf8_has_hidden(struct span s, bool lines);
/* Characters between the first and the last that one sees: a text of white space (Unicode's White_Space, U+3000 with it) and
 * hidden characters says nothing.  0 when s is not valid. */
size_t utf8_written(struct span s);
/* Edit distance in characters, for "did you mean"; at most `limit`+1. */
int utf8_distance(struct span a, struct span b, int limit);

#endif
