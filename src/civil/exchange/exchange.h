/* What other departments send and fetch (数据交换), by the packs' catalogue (exchange.json).
 *
 * A source is asked by file drop (a folder), by a declared query on another database, or by HTTP (a JSON list, page by
 * page).  Whatever way it came, it is a table that civil/import takes into the source's register: matching, rejected
 * rows, preview and taking back are those of any other file, and a batch waits until a person confirms it.  Means
 * verification asks about one household and has an interface of its own (civil/verification/source.h).
 *
 * A run begins and ends with a row under evidence; between them the import goes on where it stopped, so a file that
 * was interrupted is taken once, by whoever runs next.  Nothing that came, an empty list or a page that failed is
 * never a zero: the register stays, and the source is late (未反馈) until it answers again.
 *
 * A consumer fetches one offer of one division by a token: shown once, kept as its SHA-256, with a rate, a last day,
 * revocable.  Each page is an entry of the access log with the consumer as office and the purpose `exchange`.
 * Names and numbers are masked unless the offer's legal basis gives them whole and the token names the document by
 * which the bureau confirmed that. */
#ifndef CIVIL_EXCHANGE_EXCHANGE_H
#define CIVIL_EXCHANGE_EXCHANGE_H

#include "civil/civil.h"
#include "base/buf.h"
#include "base/json.h"

struct txn;

enum {
    EXCHANGE_BYTES_MAX = 64 << 20, /* of one answer or file */
    EXCHANGE_PAGES_MAX = 5000,
    EXCHANGE_FILES_MAX = 500,      /* of one folder */
    EXCHANGE_PAGE = 100,           /* rows that a consumer gets at once */
    EXCHANGE_SETTLE_SECONDS = 10,  /* a younger file may still be being written */
    EXCHANGE_TORN_SECONDS = 600,   /* so long a file without an end is waited for */
    EXCHANGE_WITHIN_SECONDS = 600, /* all pages of one asking */
    EXCHANGE_RETRY_SECONDS = 3600, /* after one that failed */
    EXCHANGE_TOKEN_CHARS = 68      /* "mzx_" and 64 digits */
};

/* The catalogue.  E_INPUT exchange.catalogue with the item and its part. */
NODISCARD enum status exchange_check(const struct civil *c, struct arena *a, struct diag *d);

/* One page by HTTP, which a capability knows nothing of: body in `a`; another status than 200 is the caller's to refuse. */
typedef enum status exchange_page_fn(void *arg, const char *url, size_t max, struct arena *a, struct span *ret, struct diag *d);
struct exchange_asked {
    const char *source;
    const char *place;        /* a folder; sqlite:FILE or postgresql://...; http(s)://... */
    exchange_page_fn *page;
    void *page_arg;
    struct buf *rejected;     /* rows that were refused, with the reason, of the last file; may be NULL */
    int64_t stop_after;       /* tests: as import.h */
    int64_t within_seconds;   /* of all pages together; 0: EXCHANGE_WITHIN_SECONDS */
};
/* API ExchangeRunList, of this asking.  A source that could not be reached is a run with state "failed", and OK.
 * E_FORBIDDEN exchange.role; E_NOT_FOUND exchange.source; E_INPUT exchange.place, exchange.way; what a file left undone: as import_run. */
NODISCARD enum status exchange_ask(struct civil *c, const struct actor *who, struct arena *a, const struct exchange_asked *x, struct json_writer *w, struct diag *d);

/* One round of the machine's timer: each source whose schedule has come, at its place ({"source": "place"}); a folder every time, one that
 * failed after an hour.  API ExchangeRound: what was asked, what went wrong with which, and which sources are late or never answered
 * (*ret_late): to be told to a person.  One source's failure is not the others'.  E_INPUT exchange.places; as exchange_ask. */
NODISCARD enum status exchange_round(struct civil *c, const struct actor *who, struct arena *a, const struct json *places, const struct exchange_asked *how, struct json_writer *w, bool *ret_late,
    struct diag *d);

struct exchange_token_new { const char *offer, *consumer, *name, *division, *basis; int64_t per_minute; date_t expires_on; };
/* `token`: never to be had again.  E_FORBIDDEN exchange.role; E_NOT_FOUND exchange.offer; E_INPUT exchange.consumer, exchange.name,
 * exchange.division, exchange.rate, exchange.expires, exchange.basis. */
NODISCARD enum status exchange_token_make(struct civil *c, const struct actor *who, const struct exchange_token_new *n, char token[EXCHANGE_TOKEN_CHARS + 1], int64_t *ret, struct diag *d);
/* E_NOT_FOUND exchange.no_token; E_CONFLICT exchange.revoked. */
NODISCARD enum status exchange_token_revoke(struct civil *c, const struct actor *who, int64_t id, struct diag *d);

/* API ExchangePage, on record before it is handed out.  cursor "": from the first.
 * E_AUTH exchange.token: missing, unknown, revoked, expired, of another offer: one answer.  E_BUSY exchange.rate with `seconds`. */
NODISCARD enum status exchange_fetch(struct civil *c, struct span token, const char *offer, int64_t after, struct buf *out, struct diag *d);

/* API ExchangeList, ExchangeRunList (source NULL: of all; the newest hundred). */
NODISCARD enum status exchange_list_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
NODISCARD enum status exchange_runs_json(struct civil *c, struct txn *t, const struct actor *who, const char *source, struct json_writer *w, struct diag *d);

#endif
