#include "server/anchor.h"

#include "tlog/doubt.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { ANCHOR_BYTES_MAX = 4096 };

static enum status file_fail(const char *path, struct diag *d) {
    return diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
}

/* The checkpoint's text as it is signed; *ret_size 0: there is none. */
static enum status read_anchor(const char *path, char text[ANCHOR_BYTES_MAX], size_t *ret_size, struct diag *d) {
    *ret_size = 0;
    FILE *f = fopen(path, "rb");
    if (!f)
        return errno == ENOENT ? OK : file_fail(path, d);
    *ret_size = fread(text, 1, ANCHOR_BYTES_MAX, f);
    fclose(f);
    return OK;
}

struct check { struct tlog_checkpoint anchor; };

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct check *x = arg;
    struct tlog_state state;
    struct tlog_reader r;
    struct hash root;
    bool former = false;
    enum status s = tlog_name_former(t, x->anchor.origin, &former, d);
    if (s != OK || former) /* the log was restarted since, knowing what is lost */
        return s;
    s = tlog_state_get(t, &state, d);
    if (s == OK && (uint64_t)state.sequenced < x->anchor.size)
        return diag_fail(d, E_CORRUPT, "tlog.anchor_behind", DIAG_N("size", x->anchor.size), DIAG_N("found", state.sequenced));
    if (s == OK)
        s = tlog_reader_new(t, HASH_SHA256, txn_arena(t), &r, d);
    if (s == OK)
        s = tlog_root(&r, HASH_SHA256, x->anchor.size, &root, d);
    if (s == OK && !hash_eq(&root, &x->anchor.root))
        return diag_fail(d, E_CORRUPT, "tlog.anchor_fork", DIAG_N("size", x->anchor.size));
    return s;
}

enum status anchor_check(struct store *s, const char *path, struct diag *d) {
    char text[ANCHOR_BYTES_MAX];
    size_t size;
    struct check x;
    enum status st = read_anchor(path, text, &size, d);
    if (st != OK || size == 0)
        return st;
    if (tlog_checkpoint_parse((struct span){text, size}, &x.anchor, NULL) != OK)
        return diag_fail(d, E_INPUT, "tlog.anchor_file", DIAG_S("file", path));
    return store_read(s, check, &x, d);
}

struct latest { char text[ANCHOR_BYTES_MAX]; size_t size; };

static enum status latest(struct txn *t, void *arg, struct diag *d) {
    struct latest *x = arg;
    struct tlog_head head;
    struct tlog_note note;
    enum status s = tlog_head_get(t, HASH_SHA256, 0, txn_arena(t), &head, d);
    if (s == OK)
        s = tlog_note_parse(txn_arena(t), head.note, &note, d);
    if (s == OK && note.text.size > sizeof x->text)
        s = diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", sizeof x->text));
    if (s != OK)
        return s;
    memcpy(x->text, note.text.at, note.text.size);
    x->size = note.text.size;
    return OK;
}

static bool sync_folder(const char *path) {
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

enum status anchor_write(struct store *s, const char *path, struct diag *d) {
    struct latest x = {.size = 0};
    char partial[PATH_MAX];
    enum status st = store_read(s, latest, &x, d);
    if (st != OK)
        return st;
    if ((size_t)snprintf(partial, sizeof partial, "%s.new", path) >= sizeof partial)
        return diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(ENAMETOOLONG)));
    int fd = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, x.text, x.size) == (ssize_t)x.size && fsync(fd) == 0;
    if (fd >= 0)
        good = close(fd) == 0 && good;
    return good && rename(partial, path) == 0 && sync_folder(path) ? OK : file_fail(path, d);
}
