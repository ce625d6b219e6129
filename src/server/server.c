#include "server/server_internal.h"

#include <stdio.h>

/* Rates: a desk page makes up to a dozen calls at once and a subdistrict's
 * counter hall shares one address, so the ceiling of an address is wide; it is
 * there to stop loops, not people.  Sign-in has its own lock-out per account. */
enum { CALLS_BURST = 2000, CALLS_PER_MINUTE = 60000, WRITES_BURST = 200, WRITES_PER_MINUTE = 3000, ESTIMATES_BURST = 30, ESTIMATES_PER_MINUTE = 30, SIGN_INS_BURST = 30, SIGN_INS_PER_MINUTE = 60 };

enum status server_start(const struct server_config *config, struct server **ret, struct diag *d) {
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return arena_full(d);
    s->config = *config;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &clock);
    pthread_condattr_destroy(&clock);
    s->calls = rate_new(CALLS_BURST, CALLS_PER_MINUTE);
    s->writes = rate_new(WRITES_BURST, WRITES_PER_MINUTE);
    s->sign_ins = rate_new(SIGN_INS_BURST, SIGN_INS_PER_MINUTE);
    s->estimates = rate_new(ESTIMATES_BURST, ESTIMATES_PER_MINUTE);
    enum status st = s->calls && s->writes && s->sign_ins && s->estimates ? static_load(config->web_dir, &s->files, d) : arena_full(d);
    struct http_config http = {.listen = config->listen, .body_max = server_body_max, .handle = server_handle, .log = server_log, .arg = s};
    if (st == OK)
        st = http_start(&http, &s->http, d);
    struct cosigning_config cosigning = {config->civil->store, config->trust, config->log, config->log_arg};
    if (st == OK && config->trust)
        st = cosigning_start(&cosigning, &s->cosigning, d);
    if (st == OK) {
        s->sweeping = pthread_create(&s->sweeper, NULL, server_sweep, s) == 0;
        if (!s->sweeping)
            st = diag_fail(d, E_SYSTEM, "http.start", DIAG_S("address", config->listen), DIAG_S("reason", "thread"));
    }
    if (st != OK) {
        server_stop(s);
        return st;
    }
    *ret = s;
    return OK;
}

int server_port(const struct server *s) { return http_port(s->http); }

struct server *server_stop(struct server *s) {
    if (!s)
        return NULL;
    s->http = http_stop(s->http);
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->sweeping)
        pthread_join(s->sweeper, NULL);
    s->cosigning = cosigning_stop(s->cosigning);
    static_free(s->files);
    rate_free(s->calls);
    rate_free(s->writes);
    rate_free(s->sign_ins);
    rate_free(s->estimates);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}
