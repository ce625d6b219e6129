#include "store/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum status file_fail(struct diag *d, const char *code) {
    return diag_fail(d, E_SYSTEM, code, DIAG_S("detail", errno_name(errno)));
}

static int sync_directory_of(const char *path) {
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = fsync(fd);
    close(fd);
    return rc;
}

/* O_EXCL also because closing a second descriptor of an open database would
 * drop the locks that SQLite holds on it. */
enum status file_make(const char *path, bool or_exists, struct diag *d) {
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return or_exists && errno == EEXIST ? OK : file_fail(d, "store.open");
    close(fd);
    return sync_directory_of(path) == 0 ? OK : file_fail(d, "store.open");
}

enum status file_publish(const char *partial, const char *path, struct diag *d) {
    int fd = open(partial, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return file_fail(d, "store.io");
    int rc = fsync(fd);
    close(fd);
    if (rc != 0 || link(partial, path) != 0 || sync_directory_of(path) != 0)
        return errno == EEXIST ? diag_fail(d, E_CONFLICT, "store.backup_exists") : file_fail(d, "store.io");
    return OK;
}
