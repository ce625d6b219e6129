/* The one background thread: due timers and the outbox, the log's sequencer
 * and its heads, old sessions.  Each pass is bounded; a failure is logged and
 * the next pass tries again. */
#include "server/server_internal.h"

#include "base/message.h"
#include "civil/case/case.h"
#include "civil/recheck/recheck.h"
#include "server/anchor.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>
#include <time.h>

/* Some hours: the shares that the planner wants to know change slowly. */
enum { PASSES_ANALYZE = 20000, PASSES_ANCHOR = 60 };
/* A witness has ten seconds for an answer; one that does not give it holds nobody up for longer. */
enum { ASKING_US = 10 * 1000000 };

static void complain(struct server *s, const char *what, const struct diag *d) {
    char line[512];
    snprintf(line, sizeof line, "%s: %s %s", what, status_name(d->status), d->code);
    if (s->config.log)
        s->config.log(s->config.log_arg, line);
}

static int64_t monotonic_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct diag server_unsigned(struct server *s) {
    pthread_mutex_lock(&s->lock);
    struct diag d = s->unsigned_;
    pthread_mutex_unlock(&s->lock);
    return d;
}

/* The officials see it on the board; the log of the server has a line when it changes. */
static void not_signed(struct server *s, const char *what, const struct diag *d) {
    pthread_mutex_lock(&s->lock);
    bool new = strcmp(s->unsigned_.code, d->code) != 0;
    s->unsigned_ = *d;
    pthread_mutex_unlock(&s->lock);
    if (new && d->status != OK)
        complain(s, what, d);
}

/* A head is signed only by a store that has all that was signed before, as far
 * as anchor and witnesses know; these are asked first. */
static void sign_head(struct server *s, int64_t count) {
    struct civil *c = s->config.civil;
    struct diag d = {0};
    struct tlog_keys keys = {c->log_origin, c->log_ed25519, c->log_sm2};
    bool made = false;
    if (!keys.ed25519)
        return;
    if (s->cosigning && !s->asking_until)
        s->asking_until = monotonic_us() + ASKING_US;
    if (s->cosigning && !cosigning_asked(s->cosigning) && monotonic_us() < s->asking_until)
        return;
    if (!s->anchored && s->config.anchor) {
        if (count % PASSES_ANCHOR != 0)
            return;
        if (anchor_check(c->store, s->config.anchor, &d) != OK) {
            not_signed(s, "log anchor", &d);
            return;
        }
    }
    s->anchored = true;
    enum status st = tlog_checkpoint_make(c->store, &keys, &made, &d);
    not_signed(s, "log head", &d);
    if (st == OK && made && s->config.anchor && anchor_write(c->store, s->config.anchor, &d) != OK)
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
    if (c->policies && recheck_asked(c, &did, &d) != OK)
        complain(s, "recheck", &d);
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
