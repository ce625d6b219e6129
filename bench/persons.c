/* Synthetic people of a Chinese city as two registers that overlap, with the truth.
 *
 *   persons FOLDER LEFT RIGHT COMMON SEED [no-ids]
 *
 * left.csv, right.csv and truth.csv (left_id,right_id,usable: both have the person's own full
 * citizen number, rightly written). Nobody here exists: names are drawn from lists, numbers from chance. It knows
 * nothing of src/link, and its rates are those that offices report, not those that linkage likes. The rates that are
 * merely assumed are marked so. */
#include "base/idnum.h"

#include "base/utf8.h"

#include <stdio.h>

/* ---- chance ------------------------------------------------------------------------------ */

static uint64_t seed;
static uint64_t chance(void) {
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static unsigned below(unsigned n) { return (unsigned)((chance() >> 32) * n >> 32); }
static bool once_in(double share) { return (double)(chance() >> 11) * 0x1p-53 < share; }
/* 0 to n - 1, the first ones often (density falls as 1 / sqrt). */
static unsigned often(unsigned n) {
    double x = (double)(chance() >> 11) * 0x1p-53;
    return (unsigned)(x * x * n);
}

/* ---- names --------------------------------------------------------------------------------- */

/* The hundred most frequent family names, in tenths of a per cent (Ministry of Public Security's yearly name report, rounded); others share the rest. */
static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗",
    "郑", "梁", "谢", "宋", "唐", "许", "韩", "邓", "冯", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余",
    "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚", "沈", "钟", "姜", "崔", "谭", "陆", "范", "汪", "廖",
    "石", "金", "韦", "贾", "夏", "付", "方", "邹", "熊", "白", "孟", "秦", "邱", "侯", "江", "尹", "薛", "闫", "段", "雷",
    "龙", "黎", "史", "陶", "贺", "毛", "郝", "顾", "龚", "邵", "万", "覃", "武", "钱", "戴", "严", "莫", "孔", "向", "常",
    "汤", "温", "康", "施", "文", "牛", "樊", "葛", "邢", "安", "齐", "易", "乔", "伍", "庞", "颜", "倪", "庄", "聂", "章",
    "鲁", "岳", "翟", "殷", "詹", "申", "欧", "耿", "关", "兰", "焦", "俞", "左", "柳", "甘", "祝", "包", "宁", "尚", "符",
    "舒", "阮", "柯", "纪", "梅", "童", "凌", "毕", "单", "季", "裴", "霍", "涂", "成", "苗", "谷", "盛", "曲", "翁", "冉",
    "骆", "蓝", "路", "游", "辛", "靳", "欧阳", "管", "柴", "蒙", "鲍", "华", "喻", "祁", "蒲", "房", "滕", "屈", "饶", "解",
    "牟", "艾", "尤", "阳", "时", "穆", "农", "司", "卓", "古", "吉", "缪", "简", "车", "项", "连", "芦", "麦", "褚", "娄",
    "窦", "戚", "岑", "景", "党", "宫", "费", "卜", "冷", "晏", "席", "卫", "米", "柏", "宗", "瞿", "桂", "全", "佟", "应",
    "臧", "闵", "苟", "邬", "边", "卞", "姬", "师", "和", "仇", "栾", "隋", "商", "刁", "沙", "荣", "巫", "寇", "桑", "郎",
    "甄", "丛", "仲", "虞", "敖", "巩", "明", "佘", "池", "查", "麻", "苑", "迟", "邝", "司马", "上官", "诸葛", "尉迟", "公孙", "慕容"};
static const uint8_t family_share[] = {72, 71, 68, 52, 45, 31, 22, 21, 20, 19, 15, 14, 13, 13, 12, 12, 11, 10, 10, 9, 9, 9, 8, 8, 7, 7, 7, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5};

/* Given-name characters in groups of one sound (tones differ); M men's, W women's, then both. The first groups are the frequent ones. */
static const char *const men[] = {"伟玮炜维唯", "强", "军钧俊君骏", "勇永", "杰洁", "涛", "明铭鸣", "超", "辉晖", "鹏朋", "刚钢", "平萍", "建健剑", "国", "华桦", "文雯", "志智治", "斌彬宾滨", "波博勃",
    "飞", "东冬栋", "海", "峰锋枫丰", "磊", "林琳霖", "浩昊皓豪", "宇雨羽禹", "成诚承城程", "龙隆", "新欣鑫信昕", "德", "福富", "生胜升声盛", "根", "宝保", "金锦进晋", "荣容", "光广", "忠中仲", "义艺毅益逸翼亿",
    "春纯淳", "祥翔", "树", "庆清青卿", "立利力丽", "学雪", "兴星", "安", "洪宏红鸿", "良亮", "旭绪", "泽择", "子梓紫", "轩萱", "睿瑞锐芮", "晨辰臣宸", "嘉佳家加", "天", "凯恺", "威薇", "坤昆", "康", "松颂", "柏白"};
static const char *const women[] = {"芳方", "秀绣", "英瑛颖", "丽莉立力", "娜", "敏", "静婧靖", "艳燕彦雁", "娟", "霞夏", "玲灵铃凌", "萍平", "红虹宏", "梅美", "兰岚蓝", "桂", "珍真贞", "凤", "洁杰", "琴勤芹", "云芸",
    "莲连", "雪学", "荣容蓉", "玉钰裕", "春淳", "花华", "香湘", "月悦玥", "莹盈颖", "慧惠蕙", "丹", "婷亭庭", "倩", "佳嘉家", "怡宜仪依", "欣新心馨", "雨语羽宇", "涵函晗", "梓子紫", "萱轩", "诗", "琪琦祺淇", "瑶遥", "雅", "思", "晓小筱", "珊",
    "文雯", "璐露", "宁凝", "冰", "菲飞", "彤童", "妍言", "媛圆", "蕾", "琳林霖", "晶菁", "爱艾"};
/* What hands and scanners make of a character; variants and old forms among them. */
static const char *const looks[] = {"伟纬", "杰木", "明朋", "鹏鸥", "刚钢", "建健", "国固", "志忠", "斌赋", "波破", "东车", "海梅", "峰锋", "林材", "浩洁", "宇字", "龙尤", "荣宋", "光先", "义叉", "春舂", "祥样", "树村",
    "庆床", "学字", "兴头", "宏宠", "亮高", "泽译", "子孑", "睿容", "晨辰", "嘉喜", "天夫", "凯剀", "坤申", "松柏", "芳芬", "秀香", "英映", "丽俪", "敏梅", "静净", "娟捐", "玲铃", "萍苹", "兰三", "桂挂", "珍诊", "琴琵", "云去",
    "莲连", "玉王", "花化", "月用", "莹萤", "慧惠", "丹舟", "倩清", "佳住", "怡恰", "欣欢", "涵函", "雅稚", "思恩", "晓哓", "珊姗", "璐潞", "宁字", "菲非", "妍研", "媛援", "末未", "王玉", "李季", "刘浏", "陈阵", "杨扬", "徐涂", "朱未",
    "郭敦", "何河", "谢射", "宋宗", "冯马", "董重", "潘番", "袁衰", "蔡察", "蒋将", "余佘", "叶吐", "汪江", "贾买", "邱丘", "侯候", "薛薜", "闫闰", "武式", "戴载", "莫奠", "孔孙", "文丈", "喆哲", "堃坤"};
static const char *const old_forms[] = {"张張", "刘劉", "陈陳", "杨楊", "赵趙", "吴吳", "孙孫", "马馬", "郑鄭", "谢謝", "许許", "韩韓", "冯馮", "叶葉", "苏蘇", "钟鐘", "卢盧", "伟偉", "军軍", "杰傑", "涛濤", "辉輝", "鹏鵬", "刚剛",
    "国國", "华華", "东東", "龙龍", "宝寶", "荣榮", "义義", "庆慶", "学學", "兴興", "红紅", "丽麗", "静靜", "艳艷", "玲玲", "兰蘭", "凤鳳", "莹瑩", "云雲", "莲蓮", "晓曉", "宁寧"};
static const char *const rare[] = {"喆", "堃", "淼", "焱", "垚", "犇", "翀", "昇", "珮", "祎", "𬭚", "𬍛", "𫍯", "𬀩", "㛃", "䶮", "𬱖", "昉", "彧", "旻"};

struct name { char text[4][5]; int size; }; /* characters */

static void put(struct name *n, struct span group, unsigned k) {
    struct span c = utf8_take(utf8_skip(group, k), 1);
    memcpy(n->text[n->size], c.at, c.size);
    n->text[n->size][c.size] = 0;
    n->size++;
}

static unsigned draw_family(void) {
    unsigned x = below(1000);
    for (unsigned i = 0; i < ARRAY_LEN(family_share); i++) {
        if (x < family_share[i])
            return i;
        x -= family_share[i];
    }
    return (unsigned)ARRAY_LEN(family_share) + often((unsigned)(ARRAY_LEN(family) - ARRAY_LEN(family_share)));
}

static void given_character(struct name *n, bool man) {
    if (once_in(0.006)) {
        put(n, span_of(rare[below(ARRAY_LEN(rare))]), 0);
        return;
    }
    const char *g = man ? men[often(ARRAY_LEN(men))] : women[often(ARRAY_LEN(women))];
    size_t size = utf8_length(span_of(g));
    put(n, span_of(g), often((unsigned)size));
}

static struct name draw_name(unsigned of, bool man, int year) {
    struct name n = {0};
    for (size_t i = 0; i < utf8_length(span_of(family[of])); i++)
        put(&n, span_of(family[of]), (unsigned)i);
    given_character(&n, man);
    double one = year < 1965 ? 0.08 : year < 1995 ? 0.30 : 0.10; /* single given names were the fashion of the 1970s and 1980s */
    if (n.size < 4 && !once_in(one))
        given_character(&n, man);
    return n;
}

/* ---- people ------------------------------------------------------------------------------------ */

struct home { unsigned district, street, road, number, estate, building, unit, room; };
struct person { struct name name; bool man; int year, month, day; char id[19]; uint64_t phone; struct home home; unsigned other; };

static const char *const districts[] = {"城东区", "城西区", "南湖区", "北山区", "江岸区", "新港区", "高新区", "开发区", "青云县", "安平县", "长宁县", "临河市"};
static const char *const streets[] = {"中山", "解放", "人民", "建设", "和平", "朝阳", "光明", "新华", "文化", "东风", "胜利", "团结", "五一", "三里", "花园", "湖滨", "滨江", "西门", "南门", "北关"};
static const char *const road_first[] = {"中", "东", "西", "南", "北", "新", "长", "金", "银", "玉", "文", "武", "学", "明", "和", "平", "安", "康", "福", "寿", "春", "秋", "青", "红", "白", "石", "松", "柳", "梅", "桃"};
static const char *const road_second[] = {"山", "河", "江", "湖", "海", "门", "桥", "园", "城", "兴", "华", "宁", "阳", "林", "泉", "塘", "庆", "丰", "顺", "昌"};
static const char *const estates[] = {"小区", "花园", "家园", "苑", "新村", "公寓", "佳园", "里"};

static struct home draw_home(void) {
    struct home h = {often(12), below(20), below(600), 1 + below(300), below(600) * 8 + below(8), 1 + below(28), 1 + below(5), (1 + below(18)) * 100 + 1 + below(4)};
    return h;
}

static void draw_id(struct person *p) {
    char text[32];
    snprintf(text, sizeof text, "3701%02u%04d%02d%02d%03u", once_in(0.7) ? p->home.district + 1 : below(80), p->year % 10000, p->month % 100, p->day % 100, (below(500) * 2 + p->man) % 1000u);
    memcpy(p->id, text, 17);
    p->id[17] = citizen_check_digit(text);
    p->id[18] = 0;
}

static void draw_birth(struct person *p, int from, int to) {
    p->year = from + (int)below((unsigned)(to - from + 1));
    p->month = 1 + (int)below(12);
    p->day = 1 + (int)below((unsigned)days_in_month(p->year, p->month));
}

static uint64_t draw_phone(void) {
    static const unsigned heads[] = {130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 156, 158, 159, 177, 180, 186, 187, 188, 189};
    return (uint64_t)heads[below(ARRAY_LEN(heads))] * 100000000 + below(100000000);
}

/* A household of 1 to 5 at one address: a couple, children with the father's name (twins at times), a grandparent. */
static size_t household(struct person *p, size_t at, size_t n) {
    static const uint8_t sizes[] = {1, 1, 2, 2, 2, 3, 3, 3, 4, 5};
    size_t size = sizes[below(ARRAY_LEN(sizes))], first = at;
    struct home h = draw_home();
    unsigned of = draw_family();
    int year = 1940 + (int)below(60);
    uint64_t shared = draw_phone();
    for (size_t i = 0; i < size && at < n; i++, at++) {
        struct person *x = &p[at];
        *x = (struct person){.home = h};
        x->man = i == 0 ? once_in(0.6) : i == 1 ? !p[first].man : once_in(0.52);
        bool child = i >= 2 && i < 4;
        if (child)
            draw_birth(x, year + 20 < 2020 ? year + 20 : 2020, year + 38 < 2023 ? year + 38 : 2023);
        else
            draw_birth(x, i == 4 ? year - 35 : year - 3, i == 4 ? year - 20 : year + 3);
        if (i == 3 && once_in(0.04)) { /* twins */
            x->year = p[at - 1].year;
            x->month = p[at - 1].month;
            x->day = p[at - 1].day;
            x->man = p[at - 1].man;
        }
        x->name = draw_name(i == 0 || child ? of : draw_family(), x->man, x->year);
        x->phone = i > 0 && (x->year > 2010 || x->year < 1945 || once_in(0.1)) ? shared : i == 0 ? shared : draw_phone();
        x->other = (unsigned)(first + below((unsigned)size));
        draw_id(x);
    }
    for (size_t i = first; i < at; i++)
        if (p[i].other >= at)
            p[i].other = (unsigned)first;
    return at;
}

/* ---- as an office writes them ----------------------------------------------------------------------- */

struct written { char name[80], sex[8], birth[24], id[24], phone[24], address[256]; bool usable; };

static const char *partner(const char *const *pairs, size_t n, const char *c) {
    for (size_t i = 0; i < n; i++) {
        size_t first = utf8_take(span_of(pairs[i]), 1).size;
        if (strlen(c) == first && memcmp(pairs[i], c, first) == 0)
            return pairs[i] + first;
    }
    return NULL;
}

static void homophone(char c[5]) {
    for (size_t i = 0; i < ARRAY_LEN(men) + ARRAY_LEN(women); i++) {
        struct span g = span_of(i < ARRAY_LEN(men) ? men[i] : women[i - ARRAY_LEN(men)]);
        size_t size = utf8_length(g);
        if (size < 2 || !memmem(g.at, g.size, c, strlen(c)))
            continue;
        struct span other = utf8_take(utf8_skip(g, below((unsigned)size)), 1);
        if (other.size == strlen(c) && memcmp(other.at, c, other.size) != 0) {
            memcpy(c, other.at, other.size);
            return;
        }
    }
}

static void write_name(struct written *w, struct name n, double errors) {
    int last = n.size - 1;
    unsigned k = 1 + below((unsigned)last);
    const char *other;
    if (once_in(0.03 * errors)) {
        homophone(n.text[k]);
    } else if (once_in(0.018 * errors)) {
        unsigned at = below((unsigned)n.size);
        if ((other = partner(looks, ARRAY_LEN(looks), n.text[at])))
            strcpy(n.text[at], other);
    } else if (once_in(0.02 * errors)) {
        for (int i = 0; i < n.size; i++)
            if ((other = partner(old_forms, ARRAY_LEN(old_forms), n.text[i])))
                strcpy(n.text[i], other);
    } else if (n.size == 3 && once_in(0.006 * errors)) {
        char keep[5];
        memcpy(keep, n.text[1], 5);
        memcpy(n.text[1], n.text[2], 5);
        memcpy(n.text[2], keep, 5);
    } else if (n.size == 3 && once_in(0.005 * errors)) {
        n.size = 2;
    } else if (once_in(0.005 * errors)) { /* quite another character */
        const char *g = men[below(ARRAY_LEN(men))];
        struct span c = utf8_take(span_of(g), 1);
        memcpy(n.text[last], g, c.size);
        n.text[last][c.size] = 0;
    }
    *w->name = 0;
    bool spaced = n.size == 2 && once_in(0.05 * errors);
    for (int i = 0; i < n.size; i++) {
        bool beyond = (unsigned char)n.text[i][0] >= 0xf0 || memcmp(n.text[i], "䶮", 3) == 0;
        strcat(w->name, beyond && once_in(0.3 * errors) ? (below(2) ? "?" : "〓") : n.text[i]);
        if (spaced && i == 0)
            strcat(w->name, "　");
    }
}

static void spoil_digit(char *text, size_t n) {
    size_t k = below((unsigned)n);
    if (text[k] >= '0' && text[k] <= '9')
        text[k] = (char)('0' + (unsigned)(text[k] - '0' + 1 + (int)below(9)) % 10);
}

static void swap_digits(char *text, size_t n) {
    for (int tries = 0; tries < 8; tries++) {
        size_t k = below((unsigned)n - 1);
        if (text[k] == text[k + 1])
            continue;
        char keep = text[k];
        text[k] = text[k + 1];
        text[k + 1] = keep;
        return;
    }
}

static void write_id(struct written *w, const struct person *p, const struct person *all, double missing, double errors) {
    strcpy(w->id, p->id);
    w->usable = true;
    if (once_in(missing)) {
        *w->id = 0;
    } else if (once_in(0.02 * errors)) {
        spoil_digit(w->id, 17);
    } else if (once_in(0.01 * errors)) {
        swap_digits(w->id, 17);
    } else if (once_in(0.004 * errors)) {
        size_t k = below(18);
        memmove(w->id + k, w->id + k + 1, 18 - k);
    } else if (p->year < 2000 && p->year >= 1900 && once_in(0.02 * errors)) {
        memmove(w->id + 6, w->id + 8, 11);
        w->id[15] = 0;
        return; /* the old form is the person's own number */
    } else if (once_in(0.012 * errors)) {
        strcpy(w->id, all[p->other].id); /* a relative's, or the own one */
    } else {
        return;
    }
    w->usable = strcmp(w->id, p->id) == 0;
}

static void write_birth(struct written *w, const struct person *p, double missing, double errors, bool slashes) {
    int y = p->year, m = p->month, d = p->day;
    *w->birth = 0;
    if (once_in(missing))
        return;
    if (once_in(0.006 * errors))
        y += below(2) ? 1 : -1;
    else if (once_in(0.006 * errors) && d <= 12)
        d = p->month, m = p->day;
    else if (once_in(0.008 * errors))
        d = 1 + (int)below(28);
    else if (once_in(0.005 * errors))
        m = 1 + (int)below(12);
    else if (once_in(0.008 * errors))
        m = d = 1;
    snprintf(w->birth, sizeof w->birth, slashes ? "%d/%d/%d" : "%04d-%02d-%02d", y, m, d);
}

static void han_number(char *out, unsigned n) {
    static const char *const digit[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    char text[32] = "";
    if (n >= 20)
        strcat(text, digit[n / 10 % 10]);
    if (n >= 10)
        strcat(text, "十");
    strcat(text, digit[n % 10]);
    strcat(out, text);
}

static void write_address(struct written *w, const struct home *h, double missing, bool tidy) {
    char *a = w->address, part[64];
    *a = 0;
    if (once_in(missing))
        return;
    unsigned form = tidy ? 0 : below(6);
    if (tidy || once_in(0.4))
        strcat(a, "海山市");
    if (tidy || once_in(0.8))
        strcat(a, districts[h->district]);
    if (tidy || once_in(0.5)) {
        strcat(a, streets[h->street]);
        strcat(a, "街道");
    }
    strcat(a, road_first[h->road % 30]);
    strcat(a, road_second[h->road / 30]);
    strcat(a, h->road % 3 ? "路" : "街");
    if (form != 3) {
        snprintf(part, sizeof part, "%u号", h->number);
        strcat(a, part);
    }
    strcat(a, road_second[h->estate / 240 % 20]);
    strcat(a, road_first[h->estate / 8 % 30]);
    strcat(a, estates[h->estate % 8]);
    if (form == 1 || form == 2) {
        snprintf(part, sizeof part, "%u-%u-%u", h->building, h->unit, h->room);
        strcat(a, part);
    } else if (form == 4) {
        han_number(a, h->building);
        snprintf(part, sizeof part, "号楼%u单元%u室", h->unit, h->room);
        strcat(a, part);
    } else if (form == 5) {
        snprintf(part, sizeof part, "%u栋%u室", h->building, h->room);
        strcat(a, part);
    } else {
        snprintf(part, sizeof part, "%u号楼%u单元%u室", h->building, h->unit, h->room);
        strcat(a, part);
    }
}

/* `errors`: how careless the office is. */
static void write_person(struct written *w, const struct person *p, const struct person *all, bool right, bool no_ids) {
    double errors = right ? 1.5 : 0.5;
    write_name(w, p->name, errors);
    strcpy(w->sex, p->man != once_in(0.003 * errors) ? (right ? "1" : "男") : right ? "2" : "女");
    write_birth(w, p, right ? 0.03 : 0.005, errors, right);
    write_id(w, p, all, no_ids ? 1 : right ? 0.15 : 0.03, errors);
    *w->phone = 0;
    if (!once_in(right ? 0.12 : 0.08)) {
        snprintf(w->phone, sizeof w->phone, "%llu", (unsigned long long)(right && once_in(0.22) ? draw_phone() : p->phone));
        if (once_in(0.01 * errors))
            spoil_digit(w->phone, 11);
    }
    struct home moved = draw_home();
    write_address(w, right && once_in(0.22) ? &moved : &p->home, right ? 0.04 : 0.02, !right);
}

static void put_row(FILE *f, char side, size_t i, const struct written *w) {
    fprintf(f, "%c%zu,%s,%s,%s,%s,%s,%s\n", side, i, w->name, w->sex, w->birth, w->id, w->phone, w->address);
}

static FILE *file_in(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

/* A permutation of n without memory: the order of rows tells nothing. */
static size_t shuffled(size_t i, size_t n) {
    size_t bits = 2, mask;
    while ((size_t)1 << bits < n)
        bits += 2;
    mask = ((size_t)1 << bits / 2) - 1;
    do {
        size_t a = i >> bits / 2, b = i & mask;
        for (int r = 0; r < 4; r++) {
            size_t t = (a ^ (size_t)((b + (size_t)r) * 0x9e3779b97f4a7c15u >> 17)) & mask;
            a = b;
            b = t;
        }
        i = a << bits / 2 | b;
    } while (i >= n);
    return i;
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fputs("persons FOLDER LEFT RIGHT COMMON SEED [no-ids]\n", stderr);
        return 2;
    }
    size_t lefts = strtoull(argv[2], NULL, 10), rights = strtoull(argv[3], NULL, 10), common = strtoull(argv[4], NULL, 10), n = lefts + rights - common;
    bool no_ids = argc > 6;
    seed = strtoull(argv[5], NULL, 10) * 7919 + 1;
    if (common > lefts || common > rights || n == 0 || n > UINT32_MAX / 2)
        return 2;
    struct person *all = xcalloc(n, sizeof *all);
    for (size_t at = 0; at < n;)
        at = household(all, at, n);
    bool *usable = xcalloc(n, 1);
    FILE *left = file_in(argv[1], "left.csv"), *right = file_in(argv[1], "right.csv"), *truth = file_in(argv[1], "truth.csv");
    fputs("编号,姓名,性别,出生日期,身份证号,手机号,住址\n", left);
    fputs("编号,姓名,性别,出生日期,公民身份号码,联系电话,家庭住址\n", right);
    fputs("left_id,right_id,usable\n", truth);
    struct written w;
    /* The first `lefts` of a shuffled population stand on the left, the last `rights` on the right. */
    for (size_t i = 0; i < lefts; i++) {
        size_t who = shuffled(i, n);
        write_person(&w, &all[who], all, false, no_ids);
        usable[who] = w.usable;
        put_row(left, 'L', i, &w);
    }
    for (size_t k = 0; k < rights; k++) {
        size_t i = lefts - common + shuffled(k, rights), who = shuffled(i, n);
        write_person(&w, &all[who], all, true, no_ids);
        put_row(right, 'R', i, &w);
        if (i < lefts)
            fprintf(truth, "L%zu,R%zu,%d\n", i, i, usable[who] && w.usable);
    }
    free(all);
    free(usable);
    return fclose(left) || fclose(right) || fclose(truth);
}
