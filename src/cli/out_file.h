/* A file that a command writes: whole, or not there at all.
 *
 * It grows beside its place (<path>.unfinished) and gets its name when it is whole and on the disk, so that nobody
 * takes half of it for all; what fails or is killed leaves no file of that name.  "-" is standard output.  A path
 * that is no regular file (a pipe, a device) is written to as it is and never replaced. */
#ifndef CLI_OUT_FILE_H
#define CLI_OUT_FILE_H

#include "base/base.h"

#include <stdio.h>

enum {
    OUT_OVER = 1,   /* takes the place of a file that is there; without: cli.file_exists */
    OUT_PRIVATE = 2 /* for its owner's eyes alone: personal data */
};

struct out_file {
    FILE *file;
    const char *path; /* the caller's, for as long as it is open */
    char *beside;     /* malloc; NULL: written to as it is */
    int flags;
};

/* E_SYSTEM cli.file_exists, cli.file, cli.file_full, cli.file_denied, cli.file_no_folder, cli.file_folder. */
NODISCARD enum status out_file_open(const char *path, int flags, struct out_file *ret, struct diag *d);
NODISCARD enum status out_file_write(struct out_file *f, struct span text, struct diag *d);
/* Back to the beginning, for a writing that is run again.  What is no regular file cannot: E_SYSTEM. */
NODISCARD enum status out_file_again(struct out_file *f, struct diag *d);
/* `s` is how the writing went: other than OK, nothing is left and `s` is returned.  Always closes. */
NODISCARD enum status out_file_close(struct out_file *f, enum status s, struct diag *d);
/* All of it at once. */
NODISCARD enum status out_file_whole(const char *path, int flags, struct span text, struct diag *d);

#endif
