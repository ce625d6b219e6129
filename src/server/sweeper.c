/* The one background thread: due timers and the outbox, the log's sequencer
 * and its heads, old sessions.  Each pass is bounded; a failure is logged and
 * the next pass tries again. */
#include "server/server_internal.h"

#include "base/message.h"
#include "civil/case/case.h"
#include "server/anchor.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>
#include <time.h>

/* Some hours: the shares that the planner wants to know change slowly. */
enum { PASSES_ANALYZE = 20000, PASSES_ANCHOR = 60 };

static void complain(struct server *s, const char *what, const struct diag *d) {
    char line[512];
    snprintf(line, sizeof line, "%s: %s %s", what, status_name(d->status), d->code);
    if (s->config.log)
        s->config.log(s->config.log_arg, line);
}

/* A head is signed only by a store that has all that was signed before. */
static void sign_head(struct server *s, int64_t count) {
    struct civil *c = s->config.civil;
    struct diag d = {0};
    struct tlog_keys keys = {c->log_origin, c->log_ed25519, c->log_sm2};
    bool made = false;
    if (!keys.ed25519)
        return;
    if (!s->anchored && s->config.anchor) {
        if (count % PASSES_ANCHOR != 0)
            return;
        if (anchor_check(c->store, s->config.anchor, &d) != OK) {
            complain(s, "log anchor", &d);
            return;
        }
    }
    s->anchored = true;
    if (tlog_checkpoint_make(c->store, &keys, &made, &d) != OK)
        complain(s, "log head", &d);
    else if (made && s->config.anchor && anchor_write(c->store, s->config.anchor, &d) != OK)
        complain(s, "log anchor", &d);
}

/* Returns whether there may be more to do at once. */
static bool pass(struct server *s, int64_t count) {
    struct civil *c = s->config.civil;
    struct diag d = {0};
    bool did = false;
    if (case_sweep(c, &did, &d) != OK)
        complain(s, "sweep", &d);
    diag_clear(&d);
    if (tlog_sequence(c->store, NULL, &d) != OK)
        complain(s, "log", &d);
    diag_clear(&d);
    sign_head(s, count);
    if (count % 600 == 0 && session_sweep(c, &d) != OK)
        complain(s, "sessions", &d);
    diag_clear(&d);
    if (count % PASSES_ANALYZE == 0 && store_analyze(c->store, &d) != OK)
        complain(s, "statistics", &d);
    return did;
}

void *server_sweep(void *arg) {
    struct server *s = arg;
    bool more = false;
    for (int64_t n = 0;; n++) {
        pthread_mutex_lock(&s->lock);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        /* One second: a checkpoint within a second of the commit (DESIGN, evidence). */
        until.tv_sec += 1;
        while (!s->stopping && !more)
            if (pthread_cond_timedwait(&s->wake, &s->lock, &until) != 0)
                break;
        bool stop = s->stopping;
        pthread_mutex_unlock(&s->lock);
        more = pass(s, n);
        if (stop)
            return NULL; /* after one last pass, so that what was committed is under a head */
    }
}
