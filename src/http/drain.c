#include "http/drain.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void http_drain(int socket, size_t bytes_max) {
    char scrap[16384];
    int64_t end = now_ms() + HTTP_DRAIN_SECONDS_MAX * 1000;
    shutdown(socket, SHUT_WR);
    for (size_t read = 0; read < bytes_max && now_ms() < end;) {
        struct pollfd p = {.fd = socket, .events = POLLIN};
        int ready = poll(&p, 1, HTTP_DRAIN_SILENCE_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return;
        ssize_t n = recv(socket, scrap, sizeof scrap, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return;
        read += (size_t)n;
    }
}
