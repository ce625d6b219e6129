/* What the route table gives the server, and what a handler works with.
 *
 * The server translates and checks who may call; every rule about cases,
 * money and people is in src/civil. */
#ifndef SERVER_API_H
#define SERVER_API_H

#include "base/json.h"
#include "civil/account/account.h"
#include "civil/civil.h"
#include "civil/entitlement/entitlement.h"
#include "http/route.h"
#include "http/server.h"

#include "routes.gen.h"

struct server;
struct access;
struct api_route;

/* One call in progress: handed to exactly one api_* function. */
struct call {
    struct server *server;
    const struct api_route *route;
    struct civil *civil;
    struct http_request *request;
    struct http_reply *reply;
    struct arena *arena;
    struct session session;   /* valid when `signed_in` */
    bool signed_in;
    const struct actor *actor; /* &session.actor */
    const struct json *body;  /* parsed JSON body of a write; NULL for binary or none */
    struct json_writer w;     /* writes into reply->body */
    struct diag diag;
    struct access *access;    /* committed by the dispatcher before the reply leaves */
};

/* A field of a body or a query: the route table's types, where a handler need not look again. */
enum api_kind { API_STRING, API_ID, API_INT, API_BOOL, API_DATE, API_MONTH, API_DIVISION, API_INSTANT, API_CODE, API_JSON };
struct api_field {
    const char *name; /* NULL: the end */
    enum api_kind kind;
    bool optional;
    const char *codes; /* of API_CODE: "a|b" */
    int64_t min, max;  /* of API_INT */
};

struct api_route {
    struct route_template path;
    const char *id;
    const char *who;   /* "public" (what is read there is the same for everybody, and kept by browsers), "token" (another department, by civil/exchange), "signed" or roles separated by commas */
    bool write, etag;
    size_t body_max;
    int status;        /* of success */
    const struct api_field *body, *query; /* NULL: none, or bytes */
    void (*handler)(struct call *c);
};
extern const struct api_route api_routes[ROUTE_COUNT];
extern const struct span api_openapi_text;

/* The handler's last words when something failed: the reply becomes the problem. */
void call_fail(struct call *c, enum status s);
void call_fail_errors(struct call *c, enum status s, const struct json *errors);
/* The reply {"ok":true}, or the failure. */
void call_done(struct call *c, enum status s);
/* The reply {"id":"..."} of what was made, or the failure. */
void call_made(struct call *c, enum status s, int64_t id);
/* The reply is a file: `how` "inline" or "attachment", `name` ours and ASCII (RFC 6266). */
void call_file(struct call *c, struct span body, const char *media, const char *how, const char *name);
/* Begins the access of this reply, in the first of the actor's roles that the
 * route names; purpose as in access.h, NULL: the role's own.  E_INPUT
 * access.purpose, E_FORBIDDEN access.purpose_role. */
NODISCARD enum status call_access(struct call *c, const char *purpose, int64_t case_id);
/* A 64-bit id in the path or body; E_NOT_FOUND api.id. */
NODISCARD enum status call_id(struct call *c, const char *text, int64_t *ret);
/* The id at a place of the path, which call_id has accepted before. */
int64_t call_path_id(const struct call *c, int i);
/* Runs fn in a read snapshot. */
typedef enum status (*call_read_fn)(struct txn *t, void *call, struct diag *d);
NODISCARD enum status call_read(struct call *c, call_read_fn fn);
/* The whole reply of a reader after `s`: what fn wrote, or the failure; call_look begins the access first. */
void call_show(struct call *c, enum status s, call_read_fn fn);
void call_look(struct call *c, enum status s, const char *purpose, int64_t case_id, call_read_fn fn);
/* A parameter of the query, whose form the route table has checked; `otherwise`
 * when it is absent or empty.  A day or moment that is none: E_INPUT with its name. */
int64_t call_query_int(const struct call *c, const char *name, int64_t otherwise);
bool call_query_true(const struct call *c, const char *name);
NODISCARD enum status call_query_date(struct call *c, const char *name, date_t otherwise, date_t *ret);
NODISCARD enum status call_query_month(struct call *c, const char *name, month_t otherwise, month_t *ret);
NODISCARD enum status call_query_instant(struct call *c, const char *name, instant_t otherwise, instant_t *ret);
/* A day of the body; DATE_NONE when absent or empty. */
NODISCARD enum status call_body_date(struct call *c, const char *name, date_t *ret);
/* The version in If-Match ("\"12\""). E_INPUT api.if_match, api.if_match_missing. */
NODISCARD enum status call_version(struct call *c, int64_t *ret);
void call_etag(struct call *c, int64_t version);
/* The role under which the actor may use this route here: the first of the
 * route's roles that covers `division` (NULL: any); on a route for everybody
 * who is signed in, the first of his own. "" when none. */
const char *call_role(struct call *c, const char *division);
bool call_role_listed(const struct call *c, const char *role);

#endif
