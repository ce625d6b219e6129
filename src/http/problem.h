/* RFC 9457 problem details from a diagnostic, in the reader's language.
 * Each status maps once to an HTTP status. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/json.h"
#include "http/server.h"

int problem_http_status(enum status s);
/* Replaces the reply's body by the problem; E_SYSTEM and E_CORRUPT keep their
 * detail out of the reply (the log has it). */
void problem_reply(const struct http_request *r, struct http_reply *reply, const struct diag *d);
/* The same with an HTTP status that no status stands for (405, 412). */
void problem_reply_as(const struct http_request *r, struct http_reply *reply, int http_status, const struct diag *d);
/* The same with a list of field errors ([{path, code, message}]). */
void problem_reply_errors(const struct http_request *r, struct http_reply *reply, const struct diag *d, const struct json *errors);

#endif
