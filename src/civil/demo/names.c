#include "civil/demo/names.h"

#include <stdio.h>

/* Shares in permille, rounded from the police registry's published ranking. */
static const struct { const char *text; double share; } surnames[] = {
    {"王", 72}, {"李", 71}, {"张", 68}, {"刘", 54}, {"陈", 45}, {"杨", 31}, {"黄", 22}, {"赵", 21}, {"吴", 20}, {"周", 20},
    {"徐", 14}, {"孙", 14}, {"马", 13}, {"朱", 13}, {"胡", 12}, {"郭", 12}, {"何", 11}, {"高", 11}, {"林", 10}, {"罗", 9},
    {"郑", 9}, {"梁", 8}, {"谢", 8}, {"宋", 8}, {"唐", 7}, {"许", 7}, {"韩", 7}, {"冯", 7}, {"邓", 7}, {"曹", 6},
    {"彭", 6}, {"曾", 6}, {"肖", 6}, {"田", 5}, {"董", 5}, {"袁", 5}, {"潘", 5}, {"于", 5}, {"蒋", 5}, {"蔡", 5},
    {"余", 4}, {"杜", 4}, {"叶", 4}, {"程", 4}, {"苏", 4}, {"魏", 4}, {"吕", 4}, {"丁", 4}, {"任", 4}, {"沈", 4},
    {"姚", 4}, {"卢", 3}, {"姜", 3}, {"崔", 3}, {"钟", 3}, {"谭", 3}, {"陆", 3}, {"汪", 3}, {"范", 3}, {"金", 3},
    {"石", 3}, {"廖", 3}, {"贾", 3}, {"夏", 3}, {"韦", 2}, {"付", 2}, {"方", 2}, {"白", 2}, {"邹", 2}, {"孟", 2},
    {"熊", 2}, {"秦", 2}, {"邱", 2}, {"江", 2}, {"尹", 2}, {"薛", 2}, {"闫", 2}, {"段", 2}, {"雷", 2}, {"侯", 2},
    {"龙", 2}, {"史", 2}, {"陶", 2}, {"黎", 2}, {"贺", 2}, {"顾", 2}, {"毛", 2}, {"郝", 2}, {"龚", 2}, {"邵", 2},
    {"单", 1}, {"仇", 1}, {"解", 1}, {"欧阳", 1}, {"司马", 1}, {"诸葛", 1}, {"上官", 1}, {"那", 1}, {"佟", 1}, {"关", 1},
};

static const char *const male_old[] = {"建", "国", "志", "文", "永", "明", "德", "福", "春", "宝", "玉", "长", "金", "树", "振", "玺", "贵", "和", "平", "义"};
static const char *const male_mid[] = {"军", "伟", "强", "勇", "斌", "刚", "涛", "辉", "鹏", "杰", "磊", "峰", "超", "凯", "波", "亮", "毅", "宁", "旭", "松"};
static const char *const male_new[] = {"浩", "宇", "轩", "博", "子", "睿", "泽", "晨", "俊", "熙", "铭", "辰", "嘉", "翰", "航", "昊", "逸", "奕", "沐", "安"};
static const char *const female_old[] = {"秀", "英", "桂", "兰", "淑", "珍", "玉", "华", "凤", "琴", "素", "芬", "荣", "慧", "春", "爱", "月", "香", "敏", "云"};
static const char *const female_mid[] = {"丽", "静", "艳", "敏", "娟", "红", "霞", "燕", "芳", "颖", "倩", "雪", "婷", "莉", "晶", "娜", "洁", "蕾", "丹", "琳"};
static const char *const female_new[] = {"梓", "涵", "欣", "怡", "诗", "雨", "佳", "悦", "萱", "语", "桐", "若", "妍", "可", "一", "依", "晴", "宁", "芮", "禾"};
enum { GIVEN = 20 };

size_t demo_surname(struct chance *c) {
    double sum = 0;
    for (size_t i = 0; i < ARRAY_LEN(surnames); i++)
        sum += surnames[i].share;
    double x = chance_unit(c) * sum;
    for (size_t i = 0; i < ARRAY_LEN(surnames); i++)
        if ((x -= surnames[i].share) < 0)
            return i;
    return 0;
}

void demo_name(struct chance *c, size_t surname, bool male, int birth_year, char out[32]) {
    const char *const *table = birth_year < 1965 ? (male ? male_old : female_old) : birth_year < 2000 ? (male ? male_mid : female_mid) : male ? male_new : female_new;
    /* One-character given names were the fashion of the seventies to nineties. */
    bool one = chance_of(c, birth_year >= 1968 && birth_year < 2000 ? 0.4 : 0.12);
    const char *first = table[chance_next(c) % GIVEN], *second = one ? "" : table[chance_next(c) % GIVEN];
    snprintf(out, 32, "%s%s%s", surnames[surname].text, first, second);
}
