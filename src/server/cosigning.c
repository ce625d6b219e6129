#include "server/cosigning.h"

#include "base/json.h"
#include "http/client.h"
#include "tlog/cosign.h"
#include "tlog/doubt.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

/* Heads are made every second; cosigned are those of every few, which bounds
 * the rows that ten years leave.  A witness has ten seconds for an answer. */
enum { ROUND_SECONDS = 5, ANSWER_MS = 10000, ANSWER_MAX = 64 << 10, STATE_MAX = 1 << 20, ASKS_MAX = 2 };

static char *address(const struct tlog_trusted *w, const char *path, struct arena *a) {
    return arena_printf(a, "%.*s%s%s", SPAN_ARG(w->url), w->url.at[w->url.size - 1] == '/' ? "" : "/", path);
}

static enum status ask_once(const struct cosigning_config *c, size_t witness, enum hash_kind tree, bool anyway, struct arena *a, bool *ret_again,
    bool *ret_cosigned, struct diag *d) {
    const struct tlog_trusted *w = &c->trust->witness[witness];
    struct tlog_cosign_request q;
    struct http_answer got = {0};
    *ret_again = false;
    enum status s = tlog_cosign_ask(c->store, tree, &w->vkey, anyway, a, &q, d);
    if (s != OK || q.done) {
        *ret_cosigned = s == OK;
        return s;
    }
    char *url = address(w, "add-checkpoint", a);
    struct http_ask ask = {"POST", url, "application/octet-stream", q.body, ANSWER_MS, ANSWER_MAX};
    if (!url)
        return arena_full(d);
    bool came = http_fetch(&ask, a, &got, NULL) == OK;
    struct tlog_cosign_answer answer = {came ? got.status : 0, got.body};
    s = tlog_cosign_take(c->store, tree, c->trust, witness, q.size, &answer, ret_again, d);
    *ret_cosigned = s == OK && answer.status == 200;
    return s;
}

struct own { struct arena *arena; struct span vkey[TLOG_TREES]; };

static enum status own_vkeys(struct txn *t, void *arg, struct diag *d) {
    struct own *x = arg;
    return tlog_own_vkeys(t, x->arena, x->vkey, d);
}

/* A witness that claims another history shows the checkpoint that it has of this
 * log; what of it is worth anything is tlog_doubt_show's to say. */
static enum status have_shown(const struct cosigning_config *c, size_t witness, enum hash_kind tree, struct arena *a, struct diag *d) {
    const struct tlog_trusted *w = &c->trust->witness[witness];
    const struct json *state = NULL, *logs;
    struct tlog_vkey own;
    struct own x = {.arena = a};
    struct http_answer got = {0};
    bool claims = false;
    enum status s = tlog_doubt_unshown(c->store, tree, &w->vkey, &claims, d);
    if (s != OK || !claims)
        return s;
    char *url = address(w, "", a);
    struct http_ask ask = {"GET", url, NULL, SPAN(""), ANSWER_MS, STATE_MAX};
    if (!url)
        return arena_full(d);
    if (store_read(c->store, own_vkeys, &x, NULL) != OK || tlog_vkey_parse(x.vkey[tree], &own, NULL) != OK || http_fetch(&ask, a, &got, NULL) != OK ||
        got.status != 200 || json_parse(a, got.body, &state, NULL) != OK || !(logs = json_get(state, "logs")) || logs->type != JSON_ARRAY)
        return OK; /* it shows nothing */
    for (size_t i = 0; s == OK && i < logs->size; i++) {
        const struct json *note = json_get(logs->item[i], "checkpoint");
        if (note && note->type == JSON_STRING && strcmp(json_str(logs->item[i], "origin", ""), own.name) == 0)
            s = tlog_doubt_show(c->store, tree, &w->vkey, note->text, d);
    }
    return s;
}

enum status cosigning_round(const struct cosigning_config *c, size_t witness, bool anyway, int *ret_cosigned, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(16 << 20);
    if (!a)
        return arena_full(d);
    *ret_cosigned = 0;
    for (int tree = 0; tree < TLOG_TREES; tree++) {
        bool again = true, cosigned = false;
        for (int i = 0; again && i < ASKS_MAX; i++) {
            enum status s = ask_once(c, witness, (enum hash_kind)tree, anyway, a, &again, &cosigned, d);
            if (s != OK)
                return s;
            arena_reset(a);
        }
        enum status s = have_shown(c, witness, (enum hash_kind)tree, a, d);
        if (s != OK)
            return s;
        arena_reset(a);
        *ret_cosigned += cosigned;
    }
    return OK;
}

/* ---- the threads --------------------------------------------------------------- */

struct worker {
    struct cosigning *of;
    size_t witness;
    pthread_t thread;
    bool running;
    bool asked; /* under the lock: once since the start */
    char said[2][48]; /* what was logged last, for each tree: a line when it changes */
};

struct cosigning {
    struct cosigning_config config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct worker worker[TLOG_TRUST_WITNESSES_MAX];
};

struct look { const struct tlog_trusted *witness; enum hash_kind tree; struct arena *arena; struct tlog_cosign_state state; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    return tlog_cosign_state_get(t, x->tree, &x->witness->vkey, x->arena, &x->state, d);
}

/* "ahead" is the loudest: the witness has a head that this store has not, so an old
 * backup may have been restored. */
static void say(struct worker *w) {
    const struct cosigning_config *c = &w->of->config;
    AUTO(arena) struct arena *a = arena_new(1 << 20);
    for (int tree = 0; a && c->log && tree < TLOG_TREES; tree++) {
        struct look x = {&c->trust->witness[w->witness], (enum hash_kind)tree, a, {0}};
        char now[48], line[400];
        if (store_read(c->store, look, &x, NULL) != OK)
            return;
        snprintf(now, sizeof now, "%s %s", x.state.state, x.state.detail);
        if (strcmp(now, w->said[tree]) == 0)
            continue;
        memcpy(w->said[tree], now, sizeof now);
        snprintf(line, sizeof line, "witness %.*s %s: %s%s", SPAN_ARG(x.witness->name), tree == HASH_SM3 ? "sm3" : "sha256", now,
            strcmp(x.state.state, "ahead") == 0 ? " — it has a head that this store has not: was an old backup restored?" : "");
        c->log(c->log_arg, line);
    }
}

static bool pause_(struct cosigning *x) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_SECONDS;
    pthread_mutex_lock(&x->lock);
    while (!x->stopping && pthread_cond_timedwait(&x->wake, &x->lock, &until) == 0)
        ;
    bool stop = x->stopping;
    pthread_mutex_unlock(&x->lock);
    return !stop;
}

static void *work(void *arg) {
    struct worker *w = arg;
    int cosigned;
    bool first = true;
    do {
        struct diag d = {0};
        if (cosigning_round(&w->of->config, w->witness, first, &cosigned, &d) == OK) {
            first = false;
            say(w);
        }
        pthread_mutex_lock(&w->of->lock);
        w->asked = true;
        pthread_mutex_unlock(&w->of->lock);
    } while (pause_(w->of));
    return NULL;
}

enum status cosigning_start(const struct cosigning_config *c, struct cosigning **ret, struct diag *d) {
    struct cosigning *x = calloc(1, sizeof *x);
    if (!x)
        return arena_full(d);
    x->config = *c;
    pthread_mutex_init(&x->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&x->wake, &clock);
    pthread_condattr_destroy(&clock);
    for (size_t i = 0; i < c->trust->witnesses; i++) {
        struct worker *w = &x->worker[i];
        *w = (struct worker){.of = x, .witness = i};
        if (c->trust->witness[i].url.size == 0)
            continue; /* known for its signature alone */
        w->running = pthread_create(&w->thread, NULL, work, w) == 0;
        if (!w->running) {
            cosigning_stop(x);
            return diag_fail(d, E_SYSTEM, "base.memory");
        }
    }
    *ret = x;
    return OK;
}

bool cosigning_asked(struct cosigning *x) {
    bool asked = true;
    pthread_mutex_lock(&x->lock);
    for (size_t i = 0; i < ARRAY_LEN(x->worker); i++)
        asked = asked && (!x->worker[i].running || x->worker[i].asked);
    pthread_mutex_unlock(&x->lock);
    return asked;
}

struct cosigning *cosigning_stop(struct cosigning *x) {
    if (!x)
        return NULL;
    pthread_mutex_lock(&x->lock);
    x->stopping = true;
    pthread_cond_broadcast(&x->wake);
    pthread_mutex_unlock(&x->lock);
    for (size_t i = 0; i < ARRAY_LEN(x->worker); i++)
        if (x->worker[i].running)
            pthread_join(x->worker[i].thread, NULL);
    pthread_cond_destroy(&x->wake);
    pthread_mutex_destroy(&x->lock);
    free(x);
    return NULL;
}
