/* Test cases of the DMN Technology Compatibility Kit (testCases.xsd, namespace
 * http://www.omg.org/spec/DMN/20160719/testcase), run against models.
 *
 * Numbers agree within 1e-8, as the kit says; everything else exactly.  A node
 * with errorResult="true" expects null.  A node whose evaluation meets an
 * external (Java) function is skipped. */
#ifndef DMN_TCK_H
#define DMN_TCK_H

#include "dmn/dmn.h"

enum dmn_tck_outcome { DMN_TCK_PASSED, DMN_TCK_FAILED, DMN_TCK_SKIPPED };

/* One result node.  Spans live until the report function returns. */
struct dmn_tck_result {
    struct span folder, file, case_id, node;
    enum dmn_tck_outcome outcome;
    struct span expected, actual; /* FEEL text */
    struct span reason;           /* skipped or failed: catalogue key, "" */
    const struct diag *why;       /* why there is nothing to compare; NULL: there is */
};
typedef void (*dmn_tck_report)(void *data, const struct dmn_tck_result *r);

/* The files of one folder: models (*.dmn) and tests (*.xml). */
struct dmn_tck_file { struct span name, text; const char *unread; /* why it could not be read; NULL: it was */ };
struct dmn_tck_count { size_t passed, failed, skipped; /* of testCases, each with all its nodes */ };

/* `a` is for the models; `report` may be NULL.  Counts are added to *count.
 * E_INPUT: no test file; a broken file is reported as failed cases. */
NODISCARD enum status dmn_tck_folder(struct arena *a, struct span folder,
    const struct dmn_tck_file *file, size_t file_count, dmn_tck_report report, void *data,
    struct dmn_tck_count *count, struct diag *d);

/* Walks a directory: every folder with test files; or takes one test file and the models beside it.  A folder with tests and no
 * model is of the models of the folder above it, and what these import is looked
 * for below `path`.  The only function of the
 * engines that reads files; it is not part of the browser build. */
NODISCARD enum status dmn_tck_directory(const char *path, dmn_tck_report report, void *data,
    struct dmn_tck_count *count, struct diag *d);

#endif
