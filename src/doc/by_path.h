/* A file from a library that writes by name alone (libxlsxwriter), in memory: by way of a temporary
 * file of mode 0600 that is gone afterwards, whatever happens. */
#ifndef DOC_BY_PATH_H
#define DOC_BY_PATH_H

#include "base/buf.h"
#include "base/base.h"

typedef enum status doc_path_writer(const char *path, void *arg, struct diag *d);
/* Appends what `write` wrote.  E_SYSTEM doc.file; E_LIMIT base.memory (the ceiling of `out`); and what `write` says. */
NODISCARD enum status doc_by_path(doc_path_writer *write, void *arg, struct buf *out, struct diag *d);

#endif
