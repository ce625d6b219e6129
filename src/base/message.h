/* Sentences for people, in their language.
 *
 * Every folder of C keeps its sentences in messages.csv beside the code:
 *     code,zh,en
 *     idnum.check_digit,身份证号码第 18 位与前 17 位不符，请核对后重填,"..."
 * with {name} where an argument of the diagnostic goes, or {name@prefix} when the
 * argument is a code whose word is prefix.<it> in this catalogue, or {name@} when it is a code
 * of this catalogue itself, whose {name} is the argument `detail`.  The build collects
 * all of them into one sorted table; a test checks that every code used in C
 * exists, in both languages. */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include "base/buf.h"

enum lang { LANG_ZH = 0, LANG_EN = 1 };

/* "zh", "zh-CN", "en", Accept-Language values; Chinese for anything else. */
enum lang lang_parse(struct span tag);
const char *lang_tag(enum lang l); /* "zh-CN", "en" */

/* The sentence of a diagnostic, its place included. */
void message_render(struct buf *out, enum lang l, const struct diag *d);
/* A sentence by code with arguments; the code itself when unknown. */
void message_text(struct buf *out, enum lang l, const char *code, const struct diag_arg *args, size_t n);
bool message_known(const char *code);

#endif
