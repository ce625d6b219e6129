/* The log as files, laid out as C2SP tlog-tiles serves them.
 *
 * A second export into the same directory writes only what is new: full tiles
 * and bundles never change.  That is safe only where the directory holds a
 * prefix of this log, so its old checkpoint is compared first.  The checkpoint
 * is written last: a reader never sees a head without its tiles. */
#include "tlog/doubt_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct export {
    const char *dir;
    const struct tlog_vkey *witness;
    size_t witnesses;
    struct txn *txn;
    struct arena *arena; /* reset after each file */
    bool fresh;          /* nothing there may be kept */
};

/* ---- files ---------------------------------------------------------------- */

static enum status file_fail(const char *file, int error, struct diag *d) {
    return diag_fail(d, E_SYSTEM, "tlog.file", DIAG_S("file", file), DIAG_S("reason", errno_name(error)));
}

static enum status make_folders(char *path, struct diag *d) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            (void)!file_fail(path, errno, d);
            *slash = '/';
            return E_SYSTEM;
        }
        *slash = '/';
    }
    return OK;
}

static bool write_all(int fd, struct span s) {
    while (s.size) {
        ssize_t n = write(fd, s.at, s.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = (struct span){s.at + n, s.size - (size_t)n};
    }
    return true;
}

/* Beside the file and then renamed, so that nobody reads half of it. */
static enum status write_file(char *path, struct span content, struct arena *a, struct diag *d) {
    char *beside = arena_printf(a, "%s.new", path);
    if (!beside)
        return arena_full(d);
    enum status s = make_folders(path, d);
    if (s != OK)
        return s;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return file_fail(beside, errno, d);
    bool good = write_all(fd, content);
    int error = errno;
    if (close(fd) != 0 && good)
        good = false, error = errno;
    if (good && rename(beside, path) == 0)
        return OK;
    error = good ? errno : error;
    unlink(beside);
    return file_fail(path, error, d);
}

/* *ret.at NULL: there is no such file. */
static enum status read_small(const char *path, struct arena *a, struct span *ret, struct diag *d) {
    *ret = (struct span){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? OK : file_fail(path, errno, d);
    char *bytes = arena_alloc(a, TLOG_NOTE_BYTES_MAX + 1);
    ssize_t n = 0, got = 0;
    while (bytes && got <= TLOG_NOTE_BYTES_MAX &&
           (n = read(fd, bytes + got, (size_t)(TLOG_NOTE_BYTES_MAX + 1 - got))) > 0)
        got += n;
    int error = errno;
    close(fd);
    if (!bytes)
        return arena_full(d);
    if (n < 0)
        return file_fail(path, error, d);
    *ret = (struct span){bytes, (size_t)got};
    return OK;
}

static bool has_size(const char *path, size_t size) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == size;
}

/* ---- one tree -------------------------------------------------------------- */

static const char *folder(enum hash_kind tree) { return tree == HASH_SM3 ? "/sm3" : ""; }

static char *path_of(const struct export *x, enum hash_kind tree, const char *name) {
    return arena_printf(x->arena, "%s%s/%s", x->dir, folder(tree), name);
}

/* What is in the directory must be this log, shorter or equal. */
static enum status check_former(struct export *x, enum hash_kind tree, const struct tlog_head *head, struct diag *d) {
    struct span old;
    struct tlog_note note;
    struct tlog_checkpoint c, own;
    struct tlog_reader r;
    struct hash root;
    char *path = path_of(x, tree, "checkpoint");
    if (!path)
        return arena_full(d);
    enum status s = read_small(path, x->arena, &old, d);
    if (s != OK)
        return s;
    if (!old.at) {
        x->fresh = true;
        return OK;
    }
    bool fits = tlog_note_parse(x->arena, head->note, &note, NULL) == OK &&
                tlog_checkpoint_parse(note.text, &own, NULL) == OK &&
                tlog_note_parse(x->arena, old, &note, NULL) == OK &&
                tlog_checkpoint_parse(note.text, &c, NULL) == OK &&
                span_eq(c.origin, own.origin) && c.size <= own.size;
    if (fits) {
        s = tlog_reader_new(x->txn, tree, x->arena, &r, d);
        if (s == OK)
            s = tlog_root(&r, tree, c.size, &root, d);
        if (s != OK)
            return s;
        fits = hash_eq(&root, &c.root);
    }
    if (!fits)
        return diag_fail(d, E_CONFLICT, "tlog.unsafe_export", DIAG_S("file", "checkpoint"), DIAG_S("dir", x->dir));
    return OK;
}

static enum status export_tile(struct export *x, enum hash_kind tree, struct tlog_tile tile, struct diag *d) {
    char name[TLOG_TILE_PATH_MAX];
    tlog_tile_path(tile, name);
    char *path = path_of(x, tree, name);
    if (!path)
        return arena_full(d);
    if (!x->fresh && tile.width == TLOG_TILE_WIDTH && has_size(path, TLOG_TILE_BYTES))
        return OK;
    struct span bytes;
    enum status s = tlog_tile_get(x->txn, tree, tile, x->arena, &bytes, d);
    return s == OK ? write_file(path, bytes, x->arena, d) : s;
}

static enum status export_tiles(struct export *x, enum hash_kind tree, uint64_t size, struct diag *d) {
    for (int level = 0; level <= TLOG_TILE_LEVEL_MAX; level++)
        for (uint64_t n = 0;; n++) {
            unsigned width = tlog_tile_width(level, n, size);
            if (width == 0)
                break;
            enum status s = export_tile(x, tree, (struct tlog_tile){level, n, width}, d);
            if (s != OK)
                return s;
            arena_reset(x->arena);
        }
    return OK;
}

/* Both trees have the same entries: the twin's bundle is a second name of the
 * file, or a copy where the file system has no hard links. */
static enum status export_bundle(struct export *x, uint64_t n, unsigned width, struct diag *d) {
    char name[TLOG_TILE_PATH_MAX];
    struct tlog_tile tile = {TLOG_TILE_ENTRIES, n, width};
    tlog_tile_path(tile, name);
    char *path = path_of(x, HASH_SHA256, name), *twin = path_of(x, HASH_SM3, name);
    if (!path || !twin)
        return arena_full(d);
    struct stat there;
    if (!x->fresh && width == TLOG_TILE_WIDTH && stat(path, &there) == 0 && has_size(twin, (size_t)there.st_size))
        return OK;
    struct span bytes;
    enum status s = tlog_tile_get(x->txn, HASH_SHA256, tile, x->arena, &bytes, d);
    if (s == OK)
        s = write_file(path, bytes, x->arena, d);
    if (s == OK)
        s = make_folders(twin, d);
    if (s != OK)
        return s;
    unlink(twin);
    return link(path, twin) == 0 ? OK : write_file(twin, bytes, x->arena, d);
}

static enum status export_bundles(struct export *x, uint64_t size, struct diag *d) {
    for (uint64_t n = 0;; n++) {
        unsigned width = tlog_tile_width(TLOG_TILE_ENTRIES, n, size);
        if (width == 0)
            return OK;
        enum status s = export_bundle(x, n, width, d);
        if (s != OK)
            return s;
        arena_reset(x->arena);
    }
}

static enum status export_vkeys(struct export *x, enum hash_kind tree, struct diag *d) {
    struct span own[TLOG_TREES];
    BUF_AUTO b;
    buf_init(&b, 0);
    enum status s = tlog_own_vkeys(x->txn, x->arena, own, d);
    if (s != OK)
        return s;
    buf_add(&b, own[tree]);
    buf_addc(&b, '\n');
    for (size_t i = 0; i < x->witnesses; i++) {
        char text[TLOG_VKEY_MAX];
        tlog_vkey_text(&x->witness[i], text);
        buf_addf(&b, "%s\n", text);
    }
    char *path = path_of(x, tree, "vkeys");
    return path && buf_ok(&b) ? write_file(path, buf_span(&b), x->arena, d) : arena_full(d);
}

static enum status export_heads(struct export *x, enum hash_kind tree, uint64_t size, struct diag *d) {
    struct tlog_head head;
    char *old = path_of(x, tree, "checkpoint.old"), *now = path_of(x, tree, "checkpoint");
    int64_t restarts, former;
    if (!old || !now)
        return arena_full(d);
    enum status s = tlog_former_get(x->txn, &restarts, &former, d);
    if (s == OK)
        s = tlog_head_get(x->txn, tree, size, x->arena, &head, d);
    if (s == OK && (int64_t)head.size <= former) /* of a former name: another log */
        s = E_NOT_FOUND;
    if (s == OK)
        s = write_file(old, head.note, x->arena, d);
    else if (s == E_NOT_FOUND)
        s = unlink(old) == 0 || errno == ENOENT ? OK : file_fail(old, errno, d);
    if (s == OK)
        s = tlog_head_get(x->txn, tree, size + 1, x->arena, &head, d);
    return s == OK ? write_file(now, head.note, x->arena, d) : s;
}

/* ---- both ------------------------------------------------------------------ */

static enum status run(struct txn *t, void *arg, struct diag *d) {
    struct export x = *(const struct export *)arg;
    struct tlog_head head[TLOG_TREES];
    AUTO(arena) struct arena *scratch = arena_new(256 << 20);
    if (!scratch)
        return arena_full(d);
    x.txn = t;
    x.arena = scratch;
    x.fresh = false;
    enum status s = OK;
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++) {
        s = tlog_head_get(t, (enum hash_kind)tree, 0, txn_arena(t), &head[tree], d);
        if (s == OK)
            s = check_former(&x, (enum hash_kind)tree, &head[tree], d);
        arena_reset(scratch);
    }
    if (s == OK)
        s = export_bundles(&x, head[0].size, d);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        s = export_tiles(&x, (enum hash_kind)tree, head[tree].size, d);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++) {
        s = export_vkeys(&x, (enum hash_kind)tree, d);
        if (s == OK)
            s = export_heads(&x, (enum hash_kind)tree, head[tree].size, d);
        arena_reset(scratch);
    }
    return s;
}

enum status tlog_export(struct store *s, const char *dir, const struct tlog_vkey *witness, size_t witnesses,
    struct diag *d) {
    assert(dir && *dir);
    struct export x = {.dir = dir, .witness = witness, .witnesses = witnesses};
    return store_read(s, run, &x, d);
}
