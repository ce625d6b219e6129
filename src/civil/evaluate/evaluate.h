/* FEEL for the process engine and the forms (base/evaluator.h on src/feel). */
#ifndef CIVIL_EVALUATE_EVALUATE_H
#define CIVIL_EVALUATE_EVALUATE_H

#include "base/evaluator.h"

/* Stateless, so shared by all threads.  now() and today() are not offered: a
 * process or form that asks the clock would not be re-runnable, so they read
 * as 1970. */
extern const struct evaluator evaluate_feel;

#endif
