/* Any bytes as a file of people and as what is typed to find one: a report or a refusal, and the register stays as it was.
 *
 * The first byte says which: 's' a search, else a file (read and not kept).  SOURCE_ROOT: where packs are (default: here). */
#include "fuzz.h"

#include "civil/access/access.h"
#include "civil/import/import.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/register/search.h"
#include "crypto/vault.h"
#include "store/migrations.h"
#include "store/store.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DISTRICT = 110102 };
static struct civil civil;
static struct actor clerk;
static char folder[] = "/tmp/fuzz-people-XXXXXX";

static instant_t now(void *arg) { return INT64_C(1795484400000000); } /* 2026-11-24 */

static int gone(const char *path, const struct stat *s, int type, struct FTW *f) { return remove(path); }
static void tidy(void) { (void)nftw(folder, gone, 16, FTW_DEPTH | FTW_PHYS); }

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    const struct actor system = actor_system();
    int64_t id = 0;
    enum status s = division_load(&civil, t, SPAN("code,name,level,parent\n11,北京市,1,\n110102,西城区,2,11\n110102001,东街道,3,110102\n110102001001,一社区,4,110102001\n"), d);
    if (s == OK)
        s = register_create_tables(&civil, t, d);
    struct person_new p = {.id_number = SPAN("110102197001010016"), .name = "示范人", .male = true, .birth = date_from_ymd(1970, 1, 1), .division = "110102001001", .address = "一号楼", .phone = "19012345678", .synthetic = true, .source = "entered"};
    char number[19] = "11010219700101001";
    number[17] = "10X98765432"[0];
    for (int i = 0; i < 11; i++) { /* whichever check digit is right */
        number[17] = "0123456789X"[i];
        p.id_number = span_of(number);
        if (s == OK && person_add(&civil, t, &system, DISTRICT, &p, &id, d) == OK)
            return OK;
        diag_clear(d);
    }
    return s == OK ? diag_fail(d, E_CORRUPT, "register.person") : s;
}

static void open_once(void) {
    struct store_options o = {.now = now, .unsafe_no_sync = true};
    struct diag d = {0};
    char path[200];
    const char *root = getenv("SOURCE_ROOT");
    struct packs *packs = NULL;
    if (!mkdtemp(folder) || atexit(tidy) != 0)
        abort();
    snprintf(path, sizeof path, "%s/store.db", folder);
    enum status s = store_open(path, &o, &civil.store, &d);
    if (s == OK)
        s = store_migrate(civil.store, store_migrations, store_migration_count, &d);
    snprintf(path, sizeof path, "%s/key", folder);
    if (s == OK)
        s = vault_open_or_create(path, &civil.vault, &d);
    char dir[1024];
    snprintf(dir, sizeof dir, "%s/packs", root ? root : ".");
    if (s == OK)
        s = packs_load(dir, &packs, &d);
    civil.packs = packs;
    civil.district = DISTRICT;
    civil.log_origin = "fuzz.example/log";
    clerk = (struct actor){.account = 11, .kind = "staff", .grant_count = 1};
    snprintf(clerk.grant[0].role, sizeof clerk.grant[0].role, "district_clerk");
    snprintf(clerk.grant[0].division, sizeof clerk.grant[0].division, "%d", DISTRICT);
    if (s == OK)
        s = store_write(civil.store, fill, NULL, &d);
    if (s != OK) {
        fprintf(stderr, "%s\n", d.code);
        abort();
    }
}

static enum status search(struct txn *t, void *arg, struct diag *d) {
    const struct span *text = arg;
    struct access *look = NULL;
    struct person *list = NULL;
    size_t n = 0;
    bool more = false;
    enum status s = access_begin(txn_arena(t), &clerk, "district_clerk", "enquiry", 0, 0, &look, d);
    if (s == OK)
        s = search_persons(&civil, t, look, txn_arena(t), *text, "110102", &list, &n, &more, d);
    assert(s != OK || n <= SEARCH_MAX);
    return s;
}

static enum status people(struct txn *t, void *arg, struct diag *d) { return sql_int(t, arg, 0, d, "SELECT count(*) FROM person"); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct diag d = {0};
    if (!civil.store)
        open_once();
    if (!size || size > 1 << 16)
        return 0;
    struct span text = span_bytes(data + 1, size - 1);
    if (data[0] == 's') {
        enum status s = store_read(civil.store, search, &text, &d);
        assert(s == OK || s == E_INPUT);
        return 0;
    }
    AUTO(arena) struct arena *a = arena_new(0);
    struct import_asked x = {.reg = "population", .file = text, .name = "people.csv", .valid_from = DATE_NONE, .purpose = "verification", .dry_run = true};
    struct import_result r;
    int64_t n = 0;
    BUF_AUTO rejected;
    buf_init(&rejected, 0);
    enum status s = import_run(&civil, &clerk, a, &x, &rejected, &r, &d);
    assert(s == OK || s == E_INPUT || s == E_LIMIT || s == E_CONFLICT);
    assert(s != OK || (r.rows >= 0 && r.added + r.changed + r.same + r.rejected <= r.rows));
    diag_clear(&d);
    if (store_read(civil.store, people, &n, &d) != OK || n != 1)
        abort();
    return 0;
}
