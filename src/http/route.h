/* Matching a method and path against a table of templates such as
 * "/api/cases/{case}/notices/{notice}.pdf".  A parameter matches one segment
 * or the part of it before a fixed ending. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/server.h"

struct route_template { const char *method; const char *path; };

enum route_match { ROUTE_NONE, ROUTE_METHOD, ROUTE_FOUND }; /* ROUTE_METHOD: the path exists for another method */

/* Fills r->param on ROUTE_FOUND; *ret_index is the row. */
enum route_match route_find(const struct route_template *table, size_t n, size_t stride, struct http_request *r, size_t *ret_index);
/* For the body ceiling, before there is a request. */
enum route_match route_lookup(const struct route_template *table, size_t n, size_t stride, const char *method, const char *path, size_t *ret_index);

#endif
