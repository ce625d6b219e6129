/* Where the evidence log's neighbours are: beside the keys. */
#ifndef CLI_LOG_PLACE_H
#define CLI_LOG_PLACE_H

#include "cli/cli.h"
#include "crypto/sign.h"
#include "tlog/trust.h"

/* The trust file (C2SP tlog-policy) that was named, else `witnesses` in the
 * key folder, else *ret is NULL: nobody is asked. */
NODISCARD enum status log_trust(struct cli *c, const char *named, const struct tlog_trust_file **ret, struct diag *d);
/* The anchor's path (server/anchor.h); after cli_open.  NULL: memory ended. */
const char *log_anchor(struct cli *c);
/* Opens the store, sequences what waits, asks the witnesses (of the file `witnesses`, else of log_trust) whether they
 * know better, and signs a head unless they do or the anchor does.  cmd_log.c. */
NODISCARD enum status log_publish(struct cli *c, const char *witnesses, int64_t *ret_count, struct diag *d);
/* A signing key in PKCS#8: read, or made when there is none and `make`. */
NODISCARD enum status log_key_file(struct cli *c, const char *path, enum sign_kind kind, bool make, struct sign_key **ret, struct diag *d);

#endif
