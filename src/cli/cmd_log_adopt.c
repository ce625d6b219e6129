/* minzheng log adopt --reason TEXT --as ACCOUNT: rows that stand in the store without evidence are taken into the log.
 *
 * Such rows came past the system: mended by hand, brought over from another store.  `log verify` names them, and nothing takes
 * them in by itself.  A leader decides to believe them, and the log says so: an act with the reason, then entries "taken_in". */
#include "cli/cli.h"

#include "base/utf8.h"
#include "civil/archive/act.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <stdio.h>

enum { REASON_CHARS_MAX = 500 };

struct adopting { struct civil *civil; struct actor actor; const char *reason; };

static enum status say(struct txn *t, void *arg, struct diag *d) {
    static const struct span key[] = {{"reason", 6}};
    struct adopting *x = arg;
    struct arena *a = txn_arena(t);
    const struct json *value[] = {json_new_string(a, span_of(x->reason))};
    const struct json *body = value[0] ? json_new_object(a, key, value, 1) : NULL;
    return body ? archive_act_in(x->civil, t, &x->actor, x->civil->district ? x->civil->district : 110000, "evidence.taken_in", body, NULL, d) : arena_full(d);
}

static enum status run(struct cli *c, const char *login, struct adopting *x, int64_t *ret, struct diag *d) {
    enum status s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, d);
    if (s == OK)
        s = cli_actor(c, login, &x->actor, d);
    char division[16];
    snprintf(division, sizeof division, "%lld000000", (long long)(c->civil.district ? c->civil.district : 110000));
    if (s == OK && !actor_may(&x->actor, "leader", division))
        s = diag_fail(d, E_FORBIDDEN, "log.adopt_leader");
    x->civil = &c->civil;
    if (s == OK)
        s = store_write(c->store, say, x, d);
    return s == OK ? evidence_take_in(&c->civil, &x->actor, ret, d) : s;
}

int cmd_log_adopt(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    int64_t rows = 0;
    struct adopting x = {.reason = cli_option(c, &argc, argv, "reason")};
    const char *login = cli_option(c, &argc, argv, "as");
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    size_t n = x.reason && utf8_valid(span_of(x.reason)) ? utf8_length(span_of(x.reason)) : 0;
    if (s == OK && (!login || n == 0 || n > REASON_CHARS_MAX))
        s = diag_fail(&d, E_USAGE, "log.adopt_reason");
    if (s == OK)
        s = run(c, login, &x, &rows, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    if (c->json)
        printf("{\"rows\": %lld}\n", (long long)rows);
    else
        cli_say(c, "log.adopted", CLI_ARGS(DIAG_N("rows", rows)));
    return EXIT_DONE;
}
