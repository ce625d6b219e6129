/* Whom a log's reader trusts: logs, witnesses, and how many of them make a
 * checkpoint final (C2SP tlog-policy).
 *
 *     log <vkey> [<url>]
 *     witness <name> <vkey> [<url>]
 *     group <name> all|any|<k> <name>...
 *     quorum <name>|none
 *
 * A line that names something stands behind the line that defines it. */
#ifndef TLOG_TRUST_H
#define TLOG_TRUST_H

#include "base/arena.h"
#include "tlog/note.h"

/* tlog-policy asks for 32 of each at least. */
enum { TLOG_TRUST_LOGS_MAX = 32, TLOG_TRUST_WITNESSES_MAX = 32, TLOG_TRUST_GROUPS_MAX = 32, TLOG_TRUST_BYTES_MAX = 1 << 20 };

struct tlog_trusted {
    struct span name;     /* within the file; of a log: its key's name */
    struct tlog_vkey vkey;
    struct span url;      /* empty: none */
};
struct tlog_trust_group {
    struct span name;
    unsigned needed;
    unsigned members;
    uint16_t member[TLOG_TRUST_WITNESSES_MAX + TLOG_TRUST_GROUPS_MAX]; /* a witness, or TLOG_TRUST_WITNESSES_MAX + a group */
};
struct tlog_trust_file {
    size_t logs, witnesses, groups;
    struct tlog_trusted log[TLOG_TRUST_LOGS_MAX];
    struct tlog_trusted witness[TLOG_TRUST_WITNESSES_MAX];
    struct tlog_trust_group group[TLOG_TRUST_GROUPS_MAX];
    int quorum;           /* a member as above; -1: none asked */
};

/* Lives in `a`; its spans point into `text`.  E_INPUT tlog.trust_line with the
 * line; tlog.trust_quorum: not exactly one quorum line.  E_LIMIT tlog.trust_limit. */
NODISCARD enum status tlog_trust_parse(struct arena *a, struct span text, const struct tlog_trust_file **ret, struct diag *d);
/* Do these witnesses (bit i: witness[i] cosigned) make the quorum? */
bool tlog_trust_met(const struct tlog_trust_file *f, uint32_t cosigned);
/* Bit i: the note carries a valid cosignature of witness[i].  *ret_time (may be
 * NULL): the latest of them in seconds, 0 without any. */
uint32_t tlog_trust_cosigned(const struct tlog_trust_file *f, const struct tlog_note *n, uint64_t *ret_time);

#endif
