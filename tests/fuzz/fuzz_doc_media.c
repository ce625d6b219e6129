/* An uploaded file, on any bytes: no byte beyond it is read, the type is said
 * when it is known, and a whole PNG or JPEG stays whole with bytes after it
 * and is none when its last byte is missing. */
#include "fuzz.h"

#include "doc/media.h"

#include <stdlib.h>

static enum doc_media_state state_of(const uint8_t *data, size_t size, const char **type) {
    char *exact = malloc(size ? size : 1); /* so that a sanitizer sees one byte too far */
    if (!exact)
        abort();
    memcpy(exact, data, size);
    enum doc_media_state s = doc_media((struct span){exact, size}, type);
    free(exact);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *type, *again;
    enum doc_media_state s = state_of(data, size, &type);
    if ((s == DOC_MEDIA_UNKNOWN) != (type[0] == 0))
        abort();
    if (s != DOC_MEDIA_WHOLE || strcmp(type, "application/pdf") == 0)
        return 0;
    /* the shortest beginning that is whole: one byte less is cut */
    size_t whole = size;
    for (size_t step = size; step > 0; step /= 2)
        while (whole > step && state_of(data, whole - step, &again) == DOC_MEDIA_WHOLE)
            whole -= step;
    if (state_of(data, whole - 1, &again) == DOC_MEDIA_WHOLE || strcmp(type, again) != 0)
        abort();
    return 0;
}
