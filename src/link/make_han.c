/* Makes han_table.c at build time from ICU: for every Han character its simplified
 * form and its Mandarin reading without tone (CLDR's Hant-Hans and Han-Latin).
 * The engine itself then needs no library.
 *
 *   make_han OUTPUT.c */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/putil.h>
#include <unicode/unorm2.h>
#include <unicode/utrans.h>

enum { FIRST = 0x3400, LAST = 0x9fff, RARE_FIRST = 0x20000, RARE_LAST = 0x323af, SOUNDS_MAX = 1000, SOUND_SIZE = 8 };

/* Groups that hands, eyes and scanners confuse in names; variants (异体字) among
 * them. One group a character. */
static const char shapes[] =
    "未末 己已巳 戊戌戍 土士 干千于 大太犬 王玉壬 日曰目 人入八 刀力 午牛 田由甲申 天夫 历厉 冒昌 雎睢 候侯 "
    "折拆析 圆园 侍待 拔拨 晴睛 清请情 诗待 梁粱 薛薜 祟崇 壁璧 辩辨辫 斌赋 炜玮 伟纬 艳绝 宇字 它宅 丽俪 "
    "亨享 茜西 秦泰奉 春舂 陈阵 东车 汪江 洪淇 沐沭 冼洗 淮准 冶治 冰水 泳咏 湘相 湛甚 涛寿 潘番 "
    "杨扬 杜社 村材 林材 松柏 桂挂 梅海 栋拣 柯河 桃挑 棋祺 琪旗 琦椅 瑞端 琳淋 瑜喻 璐潞 玲铃 珍诊 珠株 珊姗 "
    "瑾谨 璇漩 莹萤 营宫 荣宋 苹萍 芳芬 芝之 若苦 英映 茂戊 菲非 萱宣 蓉容 蕾雷 薇微 兰蓝 艺芸 苏办 范泛 "
    "建健 康庸 庆床 应座 志忠 思恩 恒垣 悦说 惠慧 慈兹 怡恰 悟梧 俊峻 峰锋 烽蜂 峪裕 "
    "凯剀 凤风 飞气 刚钢 纲网 利刊 制剂 劲勤 勋动 卫卞 卓草 南楠 博搏 厚原 叶吐 吉古 向问 吴昊 昊吴 "
    "和知 哲浩 喜嘉 囡因 国固 坤申 垚尧 培陪 堂常 增曾 壮状 夏复 婷停 娜那 娟捐 娅亚 婉碗 婕捷 嫣焉 媛援 "
    "孙孔 孟盂 学字 宁守 安妥 宏宠 宗宋 宝玉 宾兵 富宫 寒塞 尚向 岗冈 崔催 川州 巧功 平乎 席庶 帅师 帆机 "
    "彤形 彦产 彬林 征证 德得 徐涂 微徽 忆亿 怀坏 恺凯 慕暮 戈弋 成戚 戴载 承丞 振震 捷婕 敏海 敬警 文丈 方万 "
    "旭旮 昕欣 昱显 晋普 晓哓 晖挥 晗含 晨辰 景影 朋明 服胀 朗郎 权叔 李季 来耒 柳卯 栗粟 桐洞 森淼 "
    "武式 民氏 永水 汤场 沈沉 波波 泽译 涵函 淑叔 渊洲 温湿 源原 滕腾 滨宾 澄登 炎焱 "
    "烨桦 焕换 煜昱 照昭 爽夹 牧枚 狄秋 玄立 珂河 班斑 琴瑟 甘廿 畅场 白自 皓浩 盈盆 "
    "盛威 石右 祖租 祥样 福副 禹离 秀香 程逞 穆慕 章意 符荷 筱莜 简间 米来 素索 紫柴 红纣 "
    "纯钝 练炼 经轻 绍昭 维唯 缘绿 罗岁 群郡 翔祥 翠卒 聪总 肖宵 育盲 胜性 舒舍 航杭 良艮 色包 "
    "芮内 芹片 荆刑 莉利 莫奠 菊鞠 葛曷 董重 蒋将 蔡察 薄簿 虎虚 虹虫 裴斐 覃谭 解懈 诚城 贝见 贵责 贾买 "
    "赖懒 赵起 超趋 越赵 路露 辉挥 达迭 运远 迪油 逸免 邓郑 邢刑 邱丘 邵绍 郁都 郝赤 郭敦 钟种 钱浅 铭名 锐悦 "
    "锦绵 镇真 长张 阳旧 陶淘 雄推 雨两 雪霄 霖霜 霞露 青责 靖静 韩朝 顾硕 颖颍 顺须 飒飘 "
    "骏俊 高亳 鲁鱼 鲍鲤 鸣呜 鹏鸥 黄寅 黎犁 龙尤 龚袭 仁仕 从丛 令今 伍仵 伏代 会全 何河 余佘 佐佑 "
    "佳住 侠陕 倩清 偏编 傅博 元无 先光 克充 全金 公么 兴头 典曲 冬东 凌陵 凡几 刃刀 喆哲 堃坤 昇升 珮佩 "
    "祐佑 邨村 峯峰 甦苏 翀翔 仝同 崐昆 崑昆 菓果 勣绩 鉅巨 嶽岳 陞升 韵韻 彧或 祎袆 旻昊 昉防 钰珏 璟憬 璨灿 "
    "禛祯 颢灏 骁晓 骞赛 赟斌 甯宁 恬活 垒磊 宸辰 芃凡 珩衔 焜混 镕熔";

/* Second readings that surnames and given names use. */
static const struct { const char *character, *sound; } seconds[] = {
    {"乐", "le"}, {"乐", "yue"}, {"曾", "ceng"}, {"曾", "zeng"}, {"单", "dan"}, {"单", "shan"}, {"仇", "chou"}, {"仇", "qiu"},
    {"解", "jie"}, {"解", "xie"}, {"查", "cha"}, {"查", "zha"}, {"区", "qu"}, {"区", "ou"}, {"盖", "gai"}, {"盖", "ge"},
    {"覃", "tan"}, {"覃", "qin"}, {"员", "yuan"}, {"员", "yun"}, {"尉", "wei"}, {"尉", "yu"}, {"缪", "miao"}, {"缪", "mou"},
    {"朴", "pu"}, {"朴", "piao"}, {"重", "zhong"}, {"重", "chong"}, {"行", "xing"}, {"行", "hang"}, {"长", "chang"}, {"长", "zhang"},
    {"朝", "chao"}, {"朝", "zhao"}, {"茜", "qian"}, {"茜", "xi"}, {"晟", "sheng"}, {"晟", "cheng"}, {"翟", "zhai"}, {"翟", "di"},
    {"黑", "hei"}, {"黑", "he"}, {"祭", "ji"}, {"祭", "zhai"}, {"种", "zhong"}, {"种", "chong"}, {"繁", "fan"}, {"繁", "po"},
    {"秘", "mi"}, {"秘", "bi"}, {"召", "zhao"}, {"召", "shao"}, {"宿", "su"}, {"宿", "xiu"}, {"都", "du"}, {"都", "dou"},
    {"那", "na"}, {"那", "nuo"}, {"薄", "bo"}, {"薄", "bao"}, {"炅", "jiong"}, {"炅", "gui"}, {"贾", "jia"}, {"贾", "gu"},
    {"俞", "yu"}, {"俞", "shu"}, {"车", "che"}, {"车", "ju"}, {"奇", "qi"}, {"奇", "ji"}, {"石", "shi"}, {"石", "dan"},
    {"万", "wan"}, {"万", "mo"}, {"藏", "cang"}, {"藏", "zang"}, {"柏", "bai"}, {"柏", "bo"}, {"牟", "mou"}, {"牟", "mu"},
    {"调", "diao"}, {"调", "tiao"}, {"莘", "xin"}, {"莘", "shen"}, {"阿", "a"}, {"阿", "e"}, {"隗", "wei"}, {"隗", "kui"},
    {"谌", "chen"}, {"谌", "shen"}, {"幺", "yao"}, {"洗", "xi"}, {"洗", "xian"}, {"率", "shuai"}, {"率", "lv"}, {"吾", "wu"},
    {"殷", "yin"}, {"殷", "yan"}, {"相", "xiang"}, {"降", "jiang"}, {"降", "xiang"}, {"强", "qiang"}, {"强", "jiang"}, {"曲", "qu"},
    {"芮", "rui"}, {"郗", "xi"}, {"郗", "chi"}, {"郇", "xun"}, {"郇", "huan"}, {"逯", "lu"}, {"费", "fei"}, {"费", "bi"},
};

static struct row { unsigned simple; int sound; } all[LAST - FIRST + 1];
static char sound[SOUNDS_MAX][SOUND_SIZE];
static int sounds = 1; /* 0: no reading */

static void give_up(const char *what, UErrorCode e) {
    fprintf(stderr, "make_han: %s: %s\n", what, u_errorName(e));
    exit(1);
}

static UTransliterator *transliterator(const char *id) {
    UChar name[64];
    u_charsToUChars(id, name, (int32_t)strlen(id) + 1);
    UErrorCode e = U_ZERO_ERROR;
    UTransliterator *t = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
    if (U_FAILURE(e))
        give_up(id, e);
    return t;
}

/* One character through `t`; the length in code units. */
static int32_t transform(UTransliterator *t, UChar32 c, UChar out[32]) {
    int32_t n = 0, limit;
    UErrorCode e = U_ZERO_ERROR;
    U16_APPEND_UNSAFE(out, n, c);
    limit = n;
    utrans_transUChars(t, out, &n, 32, 0, &limit, &e);
    if (U_FAILURE(e))
        give_up("transliteration", e);
    return n;
}

/* "lǜ" to "lv": tone marks go, the diaeresis stays as v. */
static int reading(UTransliterator *t, const UNormalizer2 *nfd, UChar32 c) {
    UChar latin[32], plain[64];
    UErrorCode e = U_ZERO_ERROR;
    int32_t n = transform(t, c, latin);
    int32_t m = unorm2_normalize(nfd, latin, n, plain, 64, &e);
    char text[SOUND_SIZE] = {0};
    int size = 0;
    for (int32_t i = 0; i < m; i++) {
        if (plain[i] >= 'a' && plain[i] <= 'z' && size < SOUND_SIZE - 1)
            text[size++] = (char)plain[i];
        else if (plain[i] == 0x308 && size > 0 && text[size - 1] == 'u')
            text[size - 1] = 'v';
        else if (plain[i] < 0x300 || plain[i] > 0x36f)
            return 0; /* not a syllable: the character came back unread */
    }
    if (U_FAILURE(e) || size == 0)
        return 0;
    for (int i = 1; i < sounds; i++)
        if (strcmp(sound[i], text) == 0)
            return i;
    if (sounds == SOUNDS_MAX)
        give_up("too many syllables", U_BUFFER_OVERFLOW_ERROR);
    memcpy(sound[sounds], text, SOUND_SIZE);
    return sounds++;
}

/* What dialects and hurried ears do not tell apart: zh z, ch c, sh s, n l, f h, and ng n at the end. */
static void coarse(const char *from, char to[SOUND_SIZE]) {
    size_t n = strlen(from);
    char t[SOUND_SIZE + 1];
    memcpy(t, from, n + 1);
    if (n > 1 && t[1] == 'h')
        memmove(t + 1, t + 2, n - 1), n--;
    if (t[0] == 'l')
        t[0] = 'n';
    if (t[0] == 'f')
        t[0] = 'h';
    if (n > 2 && t[n - 1] == 'g')
        t[n - 1] = 0;
    memcpy(to, t, SOUND_SIZE);
}

static int coarse_id(int id) {
    char mine[SOUND_SIZE], other[SOUND_SIZE];
    coarse(sound[id], mine);
    for (int i = 1; i <= id; i++) {
        coarse(sound[i], other);
        if (strcmp(mine, other) == 0)
            return i;
    }
    return id;
}

/* The character at *p, UTF-8 of three bytes or ASCII; moves *p. */
static unsigned next(const char **p) {
    const unsigned char *u = (const unsigned char *)*p;
    if (u[0] < 0x80)
        return *(*p)++ & 0x7f;
    *p += 3;
    return (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
}

static int shape_of(unsigned c) {
    int group = 1;
    for (const char *p = shapes; *p;) {
        unsigned at = next(&p);
        if (at == ' ')
            group++;
        else if (at == c)
            return group;
    }
    return 0;
}

static int other_sound(unsigned c, int first) {
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        const char *p = seconds[i].character;
        if (next(&p) != c || strcmp(seconds[i].sound, sound[first]) == 0)
            continue;
        for (int k = 1; k < sounds; k++)
            if (strcmp(sound[k], seconds[i].sound) == 0)
                return k;
    }
    return 0;
}

/* What addresses make of a character: a numeral's value and 1, a word around numbers, the end of a part of the division. */
static int class_of(unsigned c) {
    static const char numerals[] = "零一二三四五六七八九十", counters[] = "号楼栋幢座单元室层户院门排组队弄", parts[] = "省市区县旗道镇乡";
    int value = 0;
    for (const char *p = numerals; *p;) {
        value++;
        if (next(&p) == c)
            return value;
    }
    if (c == 0x3007)
        return 1;
    for (const char *p = counters; *p;)
        if (next(&p) == c)
            return 16;
    for (const char *p = parts; *p;)
        if (next(&p) == c)
            return 32;
    return 0;
}

int main(int argc, char **argv) {
    FILE *f = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (!f)
        return 2;
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
    if (U_FAILURE(e))
        give_up("normalizer", e);
    UTransliterator *pinyin = transliterator("Han-Latin"), *simple = transliterator("Hant-Hans");
    int read = 0;
    fprintf(f, "/* Made by make_han.c from ICU. */\n#include \"link/han_table.h\"\n\nconst struct link_han link_han_table[] = {\n");
    for (UChar32 c = FIRST; c <= LAST; c++) {
        UChar out[32];
        int32_t n = transform(simple, c, out);
        unsigned to = n == 1 && out[0] >= FIRST && out[0] <= LAST ? out[0] : (unsigned)c;
        int id = reading(pinyin, nfd, (UChar32)to);
        if (id == 0)
            id = reading(pinyin, nfd, c);
        read += id > 0;
        all[c - FIRST] = (struct row){to, id};
    }
    for (unsigned i = 0; i <= LAST - FIRST; i++) /* a second reading may be a sound that comes later */
        fprintf(f, "{%u,%d,%d,%d},%s", all[i].simple, all[i].sound, other_sound(all[i].simple, all[i].sound), shape_of(all[i].simple), i % 8 == 7 ? "\n" : "");
    fprintf(f, "};\n\nconst unsigned char link_han_class[] = {\n");
    for (unsigned i = 0; i <= LAST - FIRST; i++)
        fprintf(f, "%d,%s", class_of(i + FIRST), i % 32 == 31 ? "\n" : "");
    fprintf(f, "};\n\nconst struct link_rare link_rare_table[] = {\n");
    int rare = 0;
    for (UChar32 c = RARE_FIRST; c <= RARE_LAST; c++) {
        int id = reading(pinyin, nfd, c);
        if (id)
            fprintf(f, "{0x%x,%d},%s", (unsigned)c, id, ++rare % 16 == 0 ? "\n" : "");
    }
    fprintf(f, "};\nconst int link_rare_count = %d;\n\nconst char link_sounds[][%d] = {\"\",\n", rare, SOUND_SIZE);
    for (int i = 1; i < sounds; i++)
        fprintf(f, "\"%s\",%s", sound[i], i % 16 == 0 ? "\n" : "");
    fprintf(f, "};\nconst int link_sound_count = %d;\n\nconst unsigned short link_sound_coarse[] = {0,\n", sounds);
    for (int i = 1; i < sounds; i++)
        fprintf(f, "%d,%s", coarse_id(i), i % 16 == 0 ? "\n" : "");
    fprintf(f, "};\n");
    utrans_close(pinyin);
    utrans_close(simple);
    /* ICU 72 reads 27,400 of them; an ICU without its data must not slip in. */
    if (fclose(f) != 0 || read < 20000) {
        fprintf(stderr, "make_han: only %d readings\n", read);
        return 1;
    }
    return 0;
}
