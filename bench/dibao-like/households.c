#include "households.h"

static uint64_t draw(struct household_draw *d) {
    uint64_t z = (d->state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* 0 .. n - 1 */
static int below(struct household_draw *d, uint32_t n) { return (int)(((draw(d) >> 32) * n) >> 32); }

void household_start(struct household_draw *d) { d->state = 0x9E3779B97F4A7C15ULL * 20240601ULL; }

static struct household_member next_member(struct household_draw *d, int place, bool poor) {
    struct household_member m = {0};
    m.age = place < 2 ? 22 + below(d, 70) : below(d, 90);
    if (below(d, 100) < 7)
        m.grade = 1 + below(d, 4);
    if (m.age >= 6 && m.age < 18)
        m.student = below(d, 100) < 97;
    else if (m.age >= 18 && m.age < 26)
        m.student = below(d, 100) < 45;
    if (m.age >= 60) {
        if (below(d, 100) < 70)
            m.income = below(d, poor ? 1500 : 6000);
    } else if (m.age >= 16 && below(d, 100) < 80) {
        int a = below(d, 100), b = below(d, 100);
        m.income = a * b * (poor ? 35 : 180) / 100;
    }
    return m;
}

void household_next(struct household_draw *d, struct household *ret) {
    static const int size_up_to[7] = {245, 525, 755, 905, 968, 988, 1000}; /* per mille */
    int size = below(d, 1000), k = 0;
    while (size >= size_up_to[k])
        k++;
    struct household h = {.count = k + 1};
    bool poor = below(d, 100) < 35;
    int a = below(d, 1000), b = below(d, 1000);
    h.deposits = a * b / 1000 * (poor ? 60 : 500);
    if (below(d, 100) < 30)
        h.rent = below(d, 3000);
    if (below(d, 100) < 25)
        h.medical = below(d, 4000);
    if (below(d, 100) < (poor ? 8 : 38))
        h.cars = 1 + (below(d, 10) == 0);
    if (below(d, 100) >= (poor ? 30 : 15))
        h.homes = 1 + (below(d, 100) < (poor ? 4 : 14));
    h.local = below(d, 100) < 92;
    for (int i = 0; i < h.count; i++)
        h.member[i] = next_member(d, i, poor);
    *ret = h;
}

const char *const household_findings[6] = {"符合", "非本市户籍", "有机动车", "住房超标", "存款超标", "收入超标"};

static int least(int a, int b) { return a < b ? a : b; }

int household_decide(const struct household *h, int *ret_amount) {
    int income = 0, severe = 0, children = 0, elders = 0;
    for (int i = 0; i < h->count; i++) {
        const struct household_member *m = &h->member[i];
        income += m->student && m->age < 25 ? 0 : m->income;
        severe += m->grade == 1 || m->grade == 2;
        children += m->age < 18;
        elders += m->age > 70;
    }
    int net = income - least(h->rent, 600) - least(h->medical, 1500), limit = 1000 * h->count;
    net = net < 0 ? 0 : net;
    int finding = !h->local ? 1 : h->cars > 0 && severe == 0 ? 2 : h->homes > 1 ? 3 : h->deposits > 24 * limit ? 4
        : net >= limit ? 5 : 0;
    *ret_amount = finding ? 0 : limit - net + 300 * severe + 200 * children + 150 * elders;
    return finding;
}

void household_add(struct household_sums *s, int finding, int64_t amount) {
    s->count[finding]++;
    s->sum += amount;
    s->check += amount * (s->number++ % 97);
}
