#include "cli/log_place.h"

#include "crypto/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum status log_trust(struct cli *c, const char *named, const struct tlog_trust_file **ret, struct diag *d) {
    struct span text;
    const char *file = named;
    *ret = NULL;
    if (!file && c->keys_dir) {
        file = arena_printf(c->arena, "%s/witnesses", c->keys_dir);
        if (!file)
            return arena_full(d);
        if (access(file, F_OK) != 0)
            return OK;
    }
    if (!file)
        return OK;
    enum status s = cli_read_file(c, file, TLOG_TRUST_BYTES_MAX, &text, d);
    if (s == OK)
        s = tlog_trust_parse(c->arena, text, ret, d);
    if (s != OK && !d->where[0])
        snprintf(d->where, sizeof d->where, "%s", file);
    return s;
}

const char *log_anchor(struct cli *c) { return arena_printf(c->arena, "%s/log-anchor", c->keys_dir); }

enum status log_key_file(struct cli *c, const char *path, enum sign_kind kind, bool make, struct sign_key **ret, struct diag *d) {
    struct span pem;
    if (access(path, F_OK) == 0 || !make) {
        enum status s = cli_read_file(c, path, 65536, &pem, d);
        return s == OK ? sign_key_read(pem, ret, d) : s;
    }
    enum status s = sign_key_new(kind, ret, d);
    if (s == OK)
        s = sign_key_write(*ret, c->arena, &pem, d);
    if (s != OK)
        return s;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, pem.at, pem.size) != (ssize_t)pem.size || fsync(fd) != 0)
        s = diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    if (fd >= 0)
        close(fd);
    return s;
}
