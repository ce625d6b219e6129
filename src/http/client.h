/* One request, one answer, over http or https (OpenSSL, the system's trusted
 * roots; SSL_CERT_FILE names others).
 *
 * For short exchanges with machines that may be away, slow or hostile: the
 * whole call ends by its deadline, nothing above the ceiling is kept, no
 * redirect is followed, no proxy asked.  A connection serves one call. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/arena.h"

struct http_ask {
    const char *method;   /* "GET", "POST" */
    const char *url;      /* http://host[:port]/path, https://... */
    const char *media;    /* Content-Type of the body; NULL: no body */
    struct span body;
    int timeout_ms;       /* for all of it, name look-up excepted */
    size_t answer_max;    /* bytes of head and body together */
    const char *bearer;   /* of Authorization; NULL: none */
};
struct http_answer {
    int status;
    const char *media;    /* Content-Type; "" when there was none */
    struct span body;
};
/* Everything handed back lives in `a`.  E_USAGE http.url.  E_SYSTEM
 * http.unreachable, http.tls (argument `reason`); E_BUSY http.timeout; E_INPUT
 * http.answer: not HTTP, or above the ceiling. */
NODISCARD enum status http_fetch(const struct http_ask *ask, struct arena *a, struct http_answer *ret, struct diag *d);

#endif
