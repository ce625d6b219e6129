/* Random processes, random events, damaged states.
 *
 * Eight bytes choose the process, then each three are an event; a byte of an
 * event may first damage the stored state.  Whatever bpmn_state_read accepts,
 * bpmn_step must go on with, and what it leaves must be read again. */
#include "../unit/random_process.h"
#include "bpmn/engine.h"
#include "fuzz.h"
#include "fuzz_evaluator.h"

static const struct json *output(struct arena *a, unsigned byte) {
    char text[48];
    const struct json *v;
    snprintf(text, sizeof text, "{\"x\":%u,\"y\":%u}", byte & 3, byte >> 2 & 3);
    return byte & 0x80 && json_parse(a, span_of(text), &v, NULL) == OK ? v : NULL;
}

static void damage(struct buf *text, unsigned at, unsigned byte) {
    static const char LIKELY[] = "0123456789-\",:{}[]n";
    text->at[at * 131u % text->size] = LIKELY[byte % (sizeof LIKELY - 1)];
}

/* The state through its text, damaged if asked; NULL: it is refused now. */
static const struct bpmn_state *stored(struct arena *a, const struct bpmn_model *m, const struct bpmn_state *s, unsigned spoil) {
    struct buf text;
    const struct bpmn_state *read = NULL;
    buf_init(&text, 0);
    bpmn_state_write(&text, m, s);
    if (spoil)
        damage(&text, spoil, spoil >> 3);
    struct span copy = span_bytes(arena_dup(a, buf_span(&text)), text.size);
    buf_release(&text);
    if (bpmn_state_read(m, copy, a, &read, NULL) != OK) {
        if (!spoil)
            __builtin_trap();
        return NULL;
    }
    return read;
}

static struct bpmn_event event_of(struct arena *a, const struct bpmn_state *s, const uint8_t *three) {
    const struct bpmn_wait *w = &s->wait[three[1] % s->wait_count];
    return (struct bpmn_event){.kind = (enum bpmn_event_kind)(three[0] % (BPMN_EVENT_CANCEL + 1)),
        .key = three[0] & 0x40 ? 0 : w->key, .name = span_of(w->text), .who = three[0] & 0x20 ? SPAN("u") : SPAN(""),
        .payload = output(a, three[2])};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 9 || size > 400)
        return 0;
    AUTO(arena) struct arena *a = arena_new(128 << 20);
    uint64_t seed = 0;
    for (int i = 0; i < 8; i++)
        seed = seed << 8 | data[i];
    struct buf xml;
    buf_init(&xml, 0);
    random_process(&xml, &seed, seed & 1);
    const struct bpmn_model *m;
    struct bpmn_result r;
    if (bpmn_load(a, buf_span(&xml), NULL, &FUZZ_EVALUATOR, &m, NULL) != OK)
        __builtin_trap();
    const struct bpmn_state *s = NULL;
    if (bpmn_start(m, SPAN(""), SPAN(""), NULL, &FUZZ_EVALUATOR, a, &r, NULL) == OK)
        s = r.state;
    for (size_t i = 8; s && i + 3 <= size && s->status == BPMN_RUNNING && s->wait_count > 0; i += 3) {
        bool spoil = data[i] >= 0xc0;
        const struct bpmn_state *read = stored(a, m, s, spoil ? 1u + data[i + 1] * 256u + data[i + 2] : 0);
        if (read && read->status == BPMN_RUNNING)
            s = read;
        struct bpmn_event e = event_of(a, s, data + i);
        if (bpmn_step(m, s, &e, &FUZZ_EVALUATOR, a, &r, NULL) == OK)
            s = r.state;
    }
    buf_release(&xml);
    return 0;
}
