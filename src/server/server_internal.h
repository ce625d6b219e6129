#ifndef SERVER_SERVER_INTERNAL_H
#define SERVER_SERVER_INTERNAL_H

#include "http/rate.h"
#include "http/static.h"
#include "server/api.h"
#include "server/cosigning.h"
#include "server/server.h"

#include <pthread.h>
#include <stdatomic.h>

struct server {
    struct server_config config;
    struct http_server *http;
    struct static_files *files;
    struct rate *calls;   /* all calls of one address */
    struct rate *writes;  /* writes of one account */
    struct rate *estimates; /* examinations of one address: the heaviest thing that nobody signs in for */
    struct rate *sign_ins;/* sign-in attempts of one address */
    struct cosigning *cosigning;
    bool anchored;        /* the sweeper's: the store has what was signed, so it may sign on */
    int64_t asking_until; /* the sweeper's, monotonic microseconds: so long the first head waits for the witnesses */
    struct diag unsigned_; /* under the lock: why no head is signed; status OK: one is */
    pthread_t sweeper;
    bool sweeping;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

/* dispatch.c: everything a call passes before and after its handler. */
void server_handle(void *server, struct http_request *r, struct http_reply *reply);
size_t server_body_max(void *server, const char *method, const char *path);
void server_log(void *server, const char *method, const char *path, int status, int64_t us, size_t bytes);

/* fields.c: E_INPUT api.field_unknown, api.field_type, api.field_missing, with the field's name. */
enum status fields_check_body(const struct api_field *fields, const struct json *body, struct diag *d);
enum status fields_check_query(const struct api_field *fields, const struct http_request *r, struct diag *d);

/* sweeper.c */
void *server_sweep(void *server);
/* Why the log's heads are not signed at present; status OK when they are. */
struct diag server_unsigned(struct server *s);

#endif
