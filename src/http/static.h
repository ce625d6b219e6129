/* A folder of built files, read once at start, served from memory: with an
 * ETag, gzip for texts, long caching for names that carry a content hash
 * (assets/), none for the pages.  Nothing outside the folder can be named,
 * since a request is a look-up in the list of what was read. */
#ifndef HTTP_STATIC_H
#define HTTP_STATIC_H

#include "http/server.h"

struct static_files;
NODISCARD enum status static_load(const char *folder, struct static_files **ret, struct diag *d); /* E_SYSTEM http.static */
struct static_files *static_free(struct static_files *s);
size_t static_count(const struct static_files *s);
/* false: no such file.  "/desk/" finds desk/index.html; "/desk" redirects. */
bool static_reply(const struct static_files *s, const struct http_request *r, struct http_reply *reply);

/* Finishes a reply whose bytes are the same for everybody who is sent them: an ETag, so that who has
 * them is answered 304, and gzip for texts. */
void http_shared_reply(const struct http_request *r, struct http_reply *reply);

/* The bytes as gzip in `a`, effort 1 to 9; {NULL, 0} when they would not shrink. */
struct span http_gzip(struct arena *a, struct span s, int effort);
bool http_takes_gzip(const struct http_request *r);

#endif
