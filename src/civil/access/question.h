/* 为什么看我: a resident asks why somebody looked, and somebody who did not look
 * must answer in time.
 *
 * Asked about a look by staff or a job, once for each look.  A leader or an auditor
 * whose division covers the office answers; never the person who looked (the
 * schema's rule too).  Question and answer are sealed with the resident's data key
 * and each is an entry of the log.
 *
 * Time: 30 days, GB/T 35273-2020 8.7 b) (a request of the person is answered within
 * thirty days).  The law itself (Personal Information Protection Law, article 50)
 * asks for a way to ask and for reasons when it is refused. */
#ifndef CIVIL_ACCESS_QUESTION_H
#define CIVIL_ACCESS_QUESTION_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;
struct access;

enum { QUESTION_DAYS = 30, QUESTION_TEXT_MAX = 500, ANSWER_TEXT_MIN = 4, ANSWER_TEXT_MAX = 2000 }; /* characters */

/* `entry`: the log entry of the look, as the resident's list names it; `text` may
 * be empty.  E_NOT_FOUND access.question_look: no look at this resident;
 * E_CONFLICT access.question_own: his own; access.question_asked: asked already.
 * E_INPUT access.question_text. */
NODISCARD enum status access_ask(struct civil *c, const struct actor *who, int64_t entry, const char *text, int64_t *ret_id, struct diag *d);
/* E_NOT_FOUND access.question; E_FORBIDDEN access.question_looker;
 * E_CONFLICT access.question_answered.  E_INPUT access.answer_text. */
NODISCARD enum status access_answer(struct civil *c, const struct actor *who, int64_t id, const char *text, struct diag *d);
/* API AccessQuestions: those the actor may answer, the soonest due first, open ones before the rest. */
NODISCARD enum status access_questions_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);
/* The resident's question about this look, or null (a member "question"). */
NODISCARD enum status access_question_json(struct civil *c, struct txn *t, int64_t district, int64_t person, int64_t access, struct json_writer *w, struct diag *d);

#endif
