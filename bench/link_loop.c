/* The comparators alone, in a tight loop over packed values, and family finding in a made-up register.
 *
 *   link_loop PAIRS ROWS      prints one JSON object
 *
 * The loops are the measure for bench_link.mjs: what a candidate pair would cost if there were nothing but comparing. */
#include "bench.h"

#include "link/address.h"
#include "link/find.h"
#include "link/name.h"
#include "link/number.h"

#include "cli/link_crew.h"

#include <stdio.h>

static uint64_t seed = 20260101;
static uint64_t chance(void) {
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static unsigned below(unsigned n) { return (unsigned)((chance() >> 32) * n >> 32); }

static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "红", "梅", "建", "国", "文", "志", "辉", "玲", "鹏",
    "飞", "波", "斌", "宇", "浩", "凯", "俊", "帆", "雪", "倩", "云", "龙", "春", "丽", "海", "燕", "峰", "荣", "金", "生", "林", "子", "涵", "欣", "怡", "梓", "轩", "晨", "瑞", "嘉"};

static size_t draw_name(char out[16]) {
    unsigned f = below(20), x = below(20);
    return (size_t)snprintf(out, 16, "%s%s%s", family[f < x ? f : x], given[below(64)], below(5) ? given[below(64)] : "");
}

enum { VALUES = 4096 };
static struct link_name name[VALUES];
static struct link_citizen citizen[VALUES];
static struct link_address address[VALUES];

static void draw_values(void) {
    for (int i = 0; i < VALUES; i++) {
        char text[200];
        size_t n = draw_name(text);
        BENCH_CHECK(link_name_read((struct span){text, n}, &name[i]));
        n = (size_t)snprintf(text, sizeof text, "1101%02u%04u%02u%02u%04u", below(20), 1940 + below(80), 1 + below(12), 1 + below(28), below(10000));
        BENCH_CHECK(link_citizen_read((struct span){text, n}, &citizen[i]));
        n = (size_t)snprintf(text, sizeof text, "%s%s区%s%s路%u号%u号楼%u单元%u室", given[below(64)], given[below(64)], given[below(64)], given[below(64)], below(200), below(30), below(6), below(2000));
        BENCH_CHECK(link_address_read((struct span){text, n}, &address[i]));
    }
}

#define LOOP(call)                                                                     \
    __extension__({                                                                    \
        double start_ = bench_cpu();                                                   \
        uint64_t sum_ = 0;                                                             \
        for (size_t k = 0; k < pairs; k++) {                                           \
            size_t i = k % VALUES, j = (k * 7919 + k / VALUES) % VALUES;               \
            sum_ += (uint64_t)(call);                                                  \
        }                                                                              \
        levels += sum_;                                                                \
        (double)pairs / (bench_cpu() - start_);                                        \
    })

/* How early the person stands among the candidates when the questioner errs as people do. */
struct finding { double ms[100], worst, median; int first10, first100, questions; };

static struct finding find(size_t rows) {
    AUTO(arena) struct arena *a = arena_new(0);
    uint64_t *row = xcalloc(rows, sizeof *row);
    struct finding f = {.questions = (int)ARRAY_LEN(f.ms)};
    static struct link_find_hit hit[100];
    struct link_crew crew = crew_of(0);
    enum { KEPT = 100 };
    char kept[KEPT][16];
    struct { size_t row; int year, sex, province; } asked[KEPT];
    for (size_t i = 0; i < rows; i++) {
        char text[16];
        size_t n = draw_name(text);
        int year = 1940 + (int)below(80), sex = 1 + (int)below(2), province = 11 + (int)below(54);
        row[i] = link_find_row((struct span){text, n}, year, sex, province);
        size_t k = i / (rows / KEPT ? rows / KEPT : 1);
        if (k < KEPT && i % (rows / KEPT ? rows / KEPT : 1) == 0) {
            memcpy(kept[k], text, 16);
            asked[k].row = i;
            asked[k].year = year;
            asked[k].sex = sex;
            asked[k].province = province;
        }
    }
    for (int k = 0; k < f.questions && (size_t)k < rows; k++) {
        size_t n = 0;
        struct link_find_question q = {.name = span_of(kept[k]), .year = asked[k].year + (int)below(5) - 2, .year_error = 2, .sex = asked[k].sex, .province = below(5) ? asked[k].province : 0};
        double start = bench_now();
        BENCH_OK(link_find(row, rows, &q, 100, &crew, a, hit, &n, &bench_diag));
        f.ms[k] = (bench_now() - start) * 1000;
        for (size_t i = 0; i < n; i++)
            if (hit[i].row == asked[k].row) {
                f.first10 += i < 10;
                f.first100++;
            }
    }
    f.worst = bench_percentile(f.ms, (size_t)f.questions, 1);
    f.median = bench_percentile(f.ms, (size_t)f.questions, 0.5);
    free(row);
    return f;
}

int main(int argc, char **argv) {
    size_t pairs = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000000, rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint64_t levels = 0;
    BENCH_CHECK(pairs > 0 && rows >= 100);
    draw_values();
    double names = LOOP(link_name_compare(&name[i], &name[j])), citizens = LOOP(link_citizen_compare(&citizen[i], &citizen[j])), addresses = LOOP(link_address_compare(&address[i], &address[j]));
    BENCH_CHECK(levels >= 3 * pairs); /* every level is at least 1 */
    struct finding f = find(rows);
    printf("{\"names_per_second\":%.0f,\"citizens_per_second\":%.0f,\"addresses_per_second\":%.0f,\"find_median_ms\":%.2f,\"find_worst_ms\":%.2f,\"find_first10\":%d,\"find_first100\":%d,\"questions\":%d}\n",
        names, citizens, addresses, f.median, f.worst, f.first10, f.first100, f.questions);
    return 0;
}
