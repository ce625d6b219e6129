/* Who does the work: the threads of the caller. An engine starts none. */
#ifndef LINK_CREW_H
#define LINK_CREW_H

#include "base/base.h"

struct link_crew {
    void *arg;
    int size; /* workers, 1 to LINK_CREW_MAX */
    /* Calls job(context, worker, i) once for every i below n, worker below size, one call at a time
     * a worker; returns when all are done. NULL: one after the other in the caller's thread. */
    void (*run)(void *arg, size_t n, void (*job)(void *context, int worker, size_t i), void *context);
    double (*seconds)(void *arg);                            /* a clock for the report, or NULL */
    void (*released)(void *arg, const void *at, size_t size); /* text that will not be read again soon, or NULL */
    void (*scattered)(void *arg, void *at, size_t size);     /* memory not yet touched that will be read all over: large pages help; or NULL */
};
enum { LINK_CREW_MAX = 64 };

static inline void link_crew_run(const struct link_crew *c, size_t n, void (*job)(void *, int, size_t), void *context) {
    if (c && c->run)
        c->run(c->arg, n, job, context);
    else
        for (size_t i = 0; i < n; i++)
            job(context, 0, i);
}
static inline int link_crew_size(const struct link_crew *c) { return c && c->run && c->size > 0 ? c->size : 1; }
static inline void link_scattered(const struct link_crew *c, void *at, size_t size) {
    if (c && c->scattered && at)
        c->scattered(c->arg, at, size);
}
static inline double link_seconds(const struct link_crew *c) { return c && c->seconds ? c->seconds(c->arg) : 0; }

#endif
