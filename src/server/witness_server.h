/* A witness on the network: POST /add-checkpoint (C2SP tlog-witness), GET / the
 * state as JSON, GET /vkey its verifier key. */
#ifndef SERVER_WITNESS_SERVER_H
#define SERVER_WITNESS_SERVER_H

#include "tlog/witness.h"

struct witness_server;
struct witness_server_config {
    const struct tlog_witness *witness; /* outlives the server */
    const char *listen;
    void (*log)(void *arg, const char *line); /* NULL: none */
    void *log_arg;
};
NODISCARD enum status witness_server_start(const struct witness_server_config *c, struct witness_server **ret, struct diag *d);
int witness_server_port(const struct witness_server *s);
struct witness_server *witness_server_stop(struct witness_server *s);

#endif
