#include "by_hand.h"

#include <stdbool.h>

enum { STANDARD = 1000, MONTHS = 24, RENT_MOST = 600, MEDICAL_MOST = 1500, SEVERE = 300, CHILD = 200, ELDER = 150, BLOCK = 2048, MEMBERS_MAX = 7 };

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

void by_hand_plain(const struct dibao_columns *c, int64_t from, int64_t to, int8_t *finding, int32_t *amount) {
    for (int64_t i = from; i < to; i++) {
        int size = (int)(c->first[i + 1] - c->first[i]), income = 0, severe = 0, children = 0, elders = 0;
        for (uint32_t j = c->first[i]; j < c->first[i + 1]; j++) {
            income += c->student[j] && c->age[j] < 25 ? 0 : c->income[j];
            severe += c->grade[j] == 1 || c->grade[j] == 2;
            children += c->age[j] < 18;
            elders += c->age[j] > 70;
        }
        int net = most(0, income - least(c->rent[i], RENT_MOST) - least(c->medical[i], MEDICAL_MOST)), limit = STANDARD * size;
        int f = !c->local[i] ? 1 : c->cars[i] > 0 && severe == 0 ? 2 : c->homes[i] > 1 ? 3 : c->deposits[i] > limit * MONTHS ? 4 : net >= limit ? 5 : 0;
        finding[i] = (int8_t)f;
        amount[i] = f ? 0 : limit - net + severe * SEVERE + children * CHILD + elders * ELDER;
    }
}

/* b, or a where the condition holds, without a branch. */
static int chosen(bool condition, int a, int b) { return b ^ ((a ^ b) & -(int)condition); }

/* Income in the low half, three counts of a byte each in the high one. */
static void running(const struct dibao_columns *c, uint32_t from, uint32_t n, uint64_t *restrict total) {
    const int8_t *restrict age = c->age + from, *restrict grade = c->grade + from, *restrict student = c->student + from;
    const int32_t *restrict income = c->income + from;
    for (uint32_t j = 0; j < n; j++) {
        uint32_t left_out = (student[j] != 0) & (age[j] < 25);
        uint32_t counts = (uint32_t)((grade[j] == 1) | (grade[j] == 2)) + ((uint32_t)(age[j] < 18) << 8) + ((uint32_t)(age[j] > 70) << 16);
        total[j + 1] = (uint64_t)((uint32_t)income[j] & (left_out - 1)) | (uint64_t)counts << 32;
    }
    uint64_t sum = 0;
    total[0] = 0;
    for (uint32_t j = 1; j <= n; j++)
        total[j] = sum += total[j];
}

static void block(const struct dibao_columns *c, int64_t from, int n, int8_t *restrict finding, int32_t *restrict amount) {
    uint64_t total[BLOCK * MEMBERS_MAX + 1];
    int32_t income[BLOCK], counts[BLOCK];
    const uint32_t *restrict first = c->first + from;
    running(c, first[0], first[n] - first[0], total);
    for (int i = 0; i < n; i++) {
        uint64_t x = total[first[i + 1] - first[0]] - total[first[i] - first[0]];
        income[i] = (int32_t)x;
        counts[i] = (int32_t)(x >> 32);
    }
    for (int i = 0; i < n; i++) {
        int64_t k = from + i;
        int size = (int)(first[i + 1] - first[i]), severe = counts[i] & 255, children = counts[i] >> 8 & 255, elders = counts[i] >> 16;
        int net = most(0, income[i] - least(c->rent[k], RENT_MOST) - least(c->medical[k], MEDICAL_MOST)), limit = STANDARD * size;
        int f = chosen(net >= limit, 5, 0);
        f = chosen(c->deposits[k] > limit * MONTHS, 4, f);
        f = chosen(c->homes[k] > 1, 3, f);
        f = chosen((c->cars[k] > 0) & (severe == 0), 2, f);
        f = chosen(c->local[k] != 0, f, 1);
        finding[k] = (int8_t)f;
        amount[k] = (limit - net + severe * SEVERE + children * CHILD + elders * ELDER) & -(f == 0);
    }
}

void by_hand_branch_free(const struct dibao_columns *c, int64_t from, int64_t to, int8_t *finding, int32_t *amount) {
    for (int64_t i = from; i < to; i += BLOCK)
        block(c, i, (int)(to - i < BLOCK ? to - i : BLOCK), finding, amount);
}
