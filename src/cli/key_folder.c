/* Whose keys: a folder of keys and the anchor in it belong to one store.  A
 * second store beside the first that took its keys would break its anchor, and
 * with it what the first can prove. */
#include "cli/key_folder.h"

#include "crypto/hash.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

enum { ID_BYTES = 16, ID_CHARS = 2 * ID_BYTES };

static const char *file_of(const char *db) { return strncmp(db, "sqlite:", 7) == 0 ? db + 7 : db; }
static bool is_url(const char *path) { return strstr(path, "://") != NULL; }

/* A database of a server has its keys in data/, under its name. */
static const char *store_path(struct cli *c) {
    const char *path = file_of(c->db);
    if (!is_url(path))
        return path;
    const char *name = strstr(path, "://") + 3, *slash = strchr(name, '/');
    size_t n = slash ? strcspn(slash + 1, "?") : 0;
    BUF_AUTO b;
    buf_init(&b, 4096);
    for (size_t i = 0; i < n; i++) /* a name of a file, whatever the database is called */
        buf_addf(&b, "%c", strchr("/%\\", slash[1 + i]) ? '_' : slash[1 + i]);
    return n ? arena_printf(c->arena, "data/%s", arena_dup(c->arena, buf_span(&b))) : "data/minzheng.db";
}

const char *key_folder_default(struct cli *c) {
    const char *path = store_path(c);
    char *copy = path ? arena_dup(c->arena, span_of(path)) : NULL;
    const char *own = path ? arena_printf(c->arena, "%s.keys", path) : NULL;
    if (!copy || !own)
        return NULL;
    const char *shared = arena_printf(c->arena, "%s/keys", dirname(copy));
    const char *own_master = arena_printf(c->arena, "%s/master.key", own), *master = arena_printf(c->arena, "%s/master.key", shared ? shared : "");
    if (!shared || !own_master || !master)
        return NULL;
    bool there = is_url(file_of(c->db)) || access(path, F_OK) == 0;
    return access(own_master, F_OK) != 0 && there && access(master, F_OK) == 0 ? shared : own;
}

/* ---- whose it is ---------------------------------------------------------------------- */

static enum status another(struct cli *c, struct diag *d) { return diag_fail(d, E_INPUT, "cli.keys_of_another", DIAG_S("folder", c->keys_dir)); }

static const char *mark_file(struct cli *c) { return arena_printf(c->arena, "%s/store", c->keys_dir); }

enum status key_folder_free(struct cli *c, struct diag *d) {
    const char *path = file_of(c->db), *mark = mark_file(c);
    if (!mark)
        return arena_full(d);
    return !is_url(path) && access(path, F_OK) != 0 && access(mark, F_OK) == 0 ? another(c, d) : OK;
}

struct claim { char id[ID_CHARS + 1]; bool may_make; };

/* The store's own id, made when it has none and may be written to. */
static enum status own_id(struct txn *t, void *arg, struct diag *d) {
    struct claim *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT value FROM setting WHERE name = 'store_id'");
    if (s == OK)
        s = rows_next(r, &row, d);
    x->id[0] = 0;
    if (s == OK && row)
        snprintf(x->id, sizeof x->id, "%.*s", SPAN_ARG(rows_text(r, 0)));
    if (s != OK || row || !x->may_make)
        return s;
    uint8_t bytes[ID_BYTES];
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < ID_BYTES; i++)
        snprintf(x->id + 2 * i, 3, "%02x", bytes[i]);
    return sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('store_id', ?)", SQL_S(x->id));
}

static enum status write_mark(const char *path, const char *id, struct diag *d) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, id, strlen(id)) == (ssize_t)strlen(id) && fsync(fd) == 0;
    enum status s = good || (fd < 0 && errno == EEXIST) ? OK : diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    if (fd >= 0)
        close(fd);
    return s;
}

enum status key_folder_claim(struct cli *c, bool writing, struct diag *d) {
    struct claim x = {.may_make = writing};
    struct span text;
    const char *mark = mark_file(c);
    enum status s = !mark ? arena_full(d) : writing ? store_write(c->store, own_id, &x, d) : store_read(c->store, own_id, &x, d);
    if (s != OK || !x.id[0])
        return s;
    if (access(mark, F_OK) != 0 && (!writing || (s = write_mark(mark, x.id, d)) != OK))
        return s;
    s = cli_read_file(c, mark, 4096, &text, d);
    return s == OK && !span_is(text, x.id) ? another(c, d) : s;
}
