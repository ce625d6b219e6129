/* Reads a whole HTTP/1.1 answer from memory (RFC 9112).  Private to src/http
 * and its fuzzer. */
#ifndef HTTP_CLIENT_ANSWER_H
#define HTTP_CLIENT_ANSWER_H

#include "http/client.h"

enum http_progress { HTTP_MORE, HTTP_DONE, HTTP_BAD };
/* `ended`: the peer closed.  HTTP_DONE fills *ret; its spans are copies in `a`. */
enum http_progress http_answer_read(struct arena *a, struct span bytes, bool ended, struct http_answer *ret);

#endif
