#include "doc/by_path.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum status read_back(const char *path, struct buf *out, struct diag *d) {
    char part[65536];
    FILE *f = fopen(path, "rb");
    for (size_t n; f && (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(out, (struct span){part, n});
    bool ok = f && !ferror(f);
    if (f)
        fclose(f);
    return !ok ? diag_fail(d, E_SYSTEM, "doc.file") : buf_ok(out) ? OK : arena_full(d);
}

enum status doc_by_path(doc_path_writer *write, void *arg, struct buf *out, struct diag *d) {
    char path[] = "/tmp/minzheng-file-XXXXXX";
    int file = mkstemp(path);
    if (file < 0)
        return diag_fail(d, E_SYSTEM, "doc.file");
    close(file);
    enum status s = write(path, arg, d);
    if (s == OK)
        s = read_back(path, out, d);
    unlink(path);
    return s;
}
