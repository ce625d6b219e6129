/* The program that serves the portals and the API. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "civil/civil.h"

struct server;
struct tlog_trust_file;

struct server_config {
    struct civil *civil;
    const char *listen;   /* ADDR:PORT */
    const char *web_dir;  /* built portals */
    const struct tlog_trust_file *trust; /* whose cosignatures make a head final; NULL: nobody is asked */
    const char *anchor;   /* file of the last head, outside the store (server/anchor.h); NULL: none */
    bool demo;            /* a demonstration store: accounts are shown */
    bool secure_cookies;  /* behind TLS */
    void (*log)(void *arg, const char *line);
    void *log_arg;
};
/* Starts serving and sweeping (due timers, outbox, log heads) in threads of
 * its own.  E_SYSTEM http.start, http.static. */
NODISCARD enum status server_start(const struct server_config *config, struct server **ret, struct diag *d);
int server_port(const struct server *s);
/* Refuses new calls, lets the running ones end, stops the sweeper. */
struct server *server_stop(struct server *s);

#endif
