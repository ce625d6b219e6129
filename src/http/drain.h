/* Letting a sender finish after his answer is on its way.
 *
 * A socket that is closed with bytes unread is reset, and the reset overtakes
 * the answer in the sender's buffers: he sees a broken connection instead of
 * the 413.  So the answer goes out, our half is closed, and what still comes
 * is read and thrown away until he closes too.  Nothing of it is kept. */
#ifndef HTTP_DRAIN_H
#define HTTP_DRAIN_H

#include <stddef.h>

enum {
    /* A minute of a phone's film is the largest thing that people pick by
     * mistake: about 60 MB in 1080p.  Whoever sends more meets the reset. */
    HTTP_DISCARD_MAX = 64 << 20,
    /* As nginx's lingering_time and lingering_timeout: in all, and in silence. */
    HTTP_DRAIN_SECONDS_MAX = 30,
    HTTP_DRAIN_SILENCE_MS = 5000,
};

/* Closes our half of `socket` and reads until the peer closes, `bytes_max` are
 * passed, or either time is over.  The caller closes the socket. */
void http_drain(int socket, size_t bytes_max);

#endif
