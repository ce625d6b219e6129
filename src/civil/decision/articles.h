/* Which of the documents that an article list cites hold on a day (private to civil/decision).
 * "434号 二(一)；160号 二": pieces begin with a document's short name; one that begins with none is of the document before. */
#ifndef CIVIL_DECISION_ARTICLES_H
#define CIVIL_DECISION_ARTICLES_H

#include "civil/pack/pack.h"

/* From when on the document holds: as it says, else from its issue.  DATE_NONE: neither is known. */
date_t article_document_from(const struct regulation *x);
/* Does the list cite it? */
bool articles_cite(const char *articles, const struct regulation *x);
/* Without the pieces of documents that do not hold yet; all of it when none is known to.  NULL: memory ended. */
const char *articles_on(struct arena *a, const struct packs *packs, const char *articles, date_t day);

#endif
