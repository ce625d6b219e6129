/* Regular expressions of XPath and XQuery Functions and Operators 3.1, 5.6,
 * which FEEL's matches, replace and split use (DMN 1.5 10.3.4.3): XML Schema's
 * with anchors, reluctant quantifiers and back-references.  Rewritten for ICU's
 * engine, whose own notation differs and allows more. */
#ifndef FEEL_REGEX_H
#define FEEL_REGEX_H

#include "base/buf.h"

struct feel_regex_flags {
    bool dot_all;   /* s: `.` is any character */
    bool lines;     /* m: ^ and $ at every line */
    bool any_case;  /* i */
    bool no_spaces; /* x: white space outside classes is left out */
};

/* "smix" in any order; false: another letter, as q of XPath 3.0. */
bool feel_regex_flags(struct span text, struct feel_regex_flags *ret);
/* Appends the pattern in ICU's notation, to be compiled without flags.
 * With flag i only back references compare as ICU does (ß and ss alike).  false: not a pattern of the standard, or `out` is full. */
bool feel_regex_translate(struct span pattern, struct feel_regex_flags flags, struct buf *out);
/* Does the pattern refer back to a group?  Then group N of the standard's is 2N - 1 of ICU's. */
bool feel_regex_refers_back(struct span pattern);

#endif
