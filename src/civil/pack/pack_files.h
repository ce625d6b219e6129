/* Reading a pack's files from its folder (pack.c only). */
#ifndef CIVIL_PACK_PACK_FILES_H
#define CIVIL_PACK_PACK_FILES_H

#include "base/json.h"

enum {
    PACK_PATH_MAX = 1024,
    PACK_FILE_MAX = 8 << 20 /* the largest decision table seen in the field has 20,000 rules and 7 MB */
};

/* folder/name; E_LIMIT pack.path when it is too long. */
NODISCARD enum status pack_join(char out[PACK_PATH_MAX], const char *folder, const char *name, struct diag *d);

struct pack_names { const char **at; size_t size; };

/* Names in a folder with this ending, sorted; "/" lists folders.  A folder that is not
 * there has no names. */
NODISCARD enum status pack_list(struct arena *a, const char *folder, const char *ending, struct pack_names *ret, struct diag *d);
bool pack_has(const char *folder, const char *name);
/* Puts folder/name in front of the diagnostic's place and returns its status. */
enum status pack_at(struct diag *d, const char *folder, const char *name);
/* E_INPUT pack.file (with its path), pack.file_name; E_LIMIT pack.file_size. */
NODISCARD enum status pack_read_file(struct arena *a, const char *folder, const char *name, struct span *ret, struct diag *d);
/* An object.  The diagnostic's place begins with the file's path. */
NODISCARD enum status pack_read_json(struct arena *a, const char *folder, const char *name, const struct json **ret, struct diag *d);

#endif
