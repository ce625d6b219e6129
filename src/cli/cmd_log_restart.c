/* minzheng log restart --reason TEXT --as ACCOUNT: the log goes on under a new name.
 *
 * Only while it is stopped because this store lacks a part of what was signed
 * (tlog/doubt.h, server/anchor.h), and only when that part is lost for good:
 * what is gone stays gone, and who holds a receipt of it can show so.  The
 * reason is an entry of the log, the first under the new name. */
#include "cli/cli.h"
#include "cli/log_place.h"

#include "base/utf8.h"
#include "civil/archive/act.h"
#include "civil/evidence/keep.h"
#include "server/anchor.h"
#include "tlog/doubt.h"

#include <stdio.h>

enum { REASON_CHARS_MAX = 500 };

struct restart {
    struct civil *civil;
    struct actor actor;
    const char *reason;
    bool lacking; /* the anchor says so */
    struct tlog_restarted restarted;
};

static enum status restart(struct txn *t, void *arg, struct diag *d) {
    static const struct span key[] = {{"name", 4}, {"reason", 6}, {"size", 4}};
    struct restart *x = arg;
    struct diag doubt = {0};
    struct arena *a = txn_arena(t);
    enum status s = tlog_doubt_check(t, &doubt);
    if (s != OK && s != E_CORRUPT) {
        *d = doubt;
        return s;
    }
    if (s == OK && !x->lacking)
        return diag_fail(d, E_CONFLICT, "log.restart_sound");
    s = tlog_restart_in(t, &x->restarted, d);
    if (s != OK)
        return s;
    char *name = arena_printf(a, "%s/r%lld", x->civil->log_origin, (long long)x->restarted.n);
    const struct json *value[] = {name ? json_new_string(a, span_of(name)) : NULL, json_new_string(a, span_of(x->reason)),
        json_new_number(a, dec_int(x->restarted.size))};
    const struct json *body = value[0] && value[1] && value[2] ? json_new_object(a, key, value, ARRAY_LEN(key)) : NULL;
    s = body ? archive_act_in(x->civil, t, &x->actor, x->civil->district ? x->civil->district : 110000, "log.restarted", body, NULL, d) : arena_full(d);
    return s == OK ? evidence_keep_one(x->civil, t, &x->actor, KEPT_FORMER, 0, x->restarted.n, d) : s;
}

static bool reason_fits(const char *reason) {
    size_t n = 0;
    for (const char *p = reason; p && *p; p++)
        n += ((uint8_t)*p & 0xc0) != 0x80;
    return n > 0 && n <= REASON_CHARS_MAX && utf8_valid(span_of(reason));
}

static enum status run(struct cli *c, const char *login, struct restart *x, struct diag *d) {
    struct diag lacking = {0};
    enum status s = cli_open(c, CLI_STORE | CLI_LOG_KEYS, d);
    if (s == OK)
        s = cli_actor(c, login, &x->actor, d);
    char division[16];
    snprintf(division, sizeof division, "%lld000000", (long long)(c->civil.district ? c->civil.district : 110000));
    if (s == OK && !actor_may(&x->actor, "leader", division))
        s = diag_fail(d, E_FORBIDDEN, "log.restart_leader");
    const char *anchor = s == OK ? log_anchor(c) : NULL;
    if (s == OK && !anchor)
        s = arena_full(d);
    if (s != OK)
        return s;
    x->civil = &c->civil;
    x->lacking = anchor_check(c->store, anchor, &lacking) == E_CORRUPT;
    s = store_write(c->store, restart, x, d);
    if (s != OK)
        return s;
    /* The old anchor is kept: it says what was signed under the old name. */
    char *kept = arena_printf(c->arena, "%s.r%lld", anchor, (long long)x->restarted.n);
    if (kept)
        (void)!rename(anchor, kept);
    int64_t count;
    return log_publish(c, NULL, &count, d);
}

int cmd_log_restart(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct restart x = {.reason = cli_option(c, &argc, argv, "reason")};
    const char *login = cli_option(c, &argc, argv, "as");
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    if (s == OK && (!login || !reason_fits(x.reason)))
        s = diag_fail(&d, E_USAGE, "log.restart_reason");
    if (s == OK)
        s = run(c, login, &x, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    char name[256];
    snprintf(name, sizeof name, "%s/r%lld", c->civil.log_origin, (long long)x.restarted.n);
    cli_say(c, "log.restarted", CLI_ARGS(DIAG_S("origin", name), DIAG_N("size", x.restarted.size + 1)));
    return EXIT_DONE;
}
