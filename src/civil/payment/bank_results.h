/* What a bank answers in ISO 20022: pain.002 (CustomerPaymentStatusReport, any version that has the same path to a
 * transaction's status).  Read strictly where money hangs on it, and otherwise only where we look.  Pure. */
#ifndef CIVIL_PAYMENT_BANK_RESULTS_H
#define CIVIL_PAYMENT_BANK_RESULTS_H

#include "base/arena.h"
#include "base/base.h"

enum bank_status { BANK_PAID, BANK_RETURNED, BANK_PENDING, BANK_UNKNOWN };
struct bank_result {
    int64_t payment;       /* 0: its OrgnlEndToEndId is no number of ours */
    int64_t fen;           /* 0: not stated; -1: not in CNY or not an amount */
    enum bank_status status;
    char code[36];         /* of the first reason, "" none */
    int line;
};
struct bank_results {
    int64_t batch;         /* 0: OrgnlMsgId is no number of ours */
    bool all_returned;     /* the message or its payment information was rejected whole; `code` says why */
    char code[36];
    struct bank_result *item;
    size_t count;
};

enum { BANK_RESULTS_MAX = 2000000 };

/* Does it begin like XML? */
bool bank_results_is_xml(struct span text);
/* E_INPUT xml.*, payment.results_form (part); E_LIMIT payment.returns_rows. */
NODISCARD enum status bank_results_read(struct arena *a, struct span text, struct bank_results *ret, struct diag *d);
/* Numbers as we give them: 1 to 18 digits, not 0.  For files that repeat ours. */
bool bank_number(struct span text, int64_t *ret);
/* "1450.00": more than nothing, at most two decimals that count. */
bool bank_fen(struct span text, int64_t *ret);

#endif
