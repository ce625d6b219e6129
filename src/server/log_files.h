/* The evidence log as C2SP tlog-tiles serves it, read only:
 *
 *     /log/checkpoint            /log/sm3/checkpoint
 *     /log/tile/<L>/<N>[.p/<W>]  /log/sm3/tile/...
 *     /log/tile/entries/<N>[.p/<W>]
 *     /log/vkeys                 the verifier keys of both, one a line
 *
 * Nobody signs in for it: an entry holds no personal data (docs/formats/log-entry.md). */
#ifndef SERVER_LOG_FILES_H
#define SERVER_LOG_FILES_H

#include "http/server.h"

struct store;
/* The part of the path behind "/log/".  The reply is complete, a problem when there is no such file. */
void log_file_reply(struct store *s, const char *name, const struct http_request *r, struct http_reply *reply);

#endif
