/* Columns and codes by short names, found once (city*.c only). */
#ifndef CIVIL_SCREENING_CITY_COLUMNS_H
#define CIVIL_SCREENING_CITY_COLUMNS_H

#include "civil/screening/rows.h"

/* name, table, column */
#define CITY_COLUMNS(X)                                                                                              \
    X(H_ID, 户, _id) X(H_DIVISION, 户, _division) X(H_MADE, 户, _made) X(H_MONEY, 户, 货币财产)                       \
    X(H_MEDICAL, 户, 医疗自付) X(H_RENT, 户, 房租) X(H_HEATING, 户, 采暖方式)                                          \
    X(M_ID, 成员, _id) X(M_NUMBER, 成员, 编号) X(M_RELATION, 成员, 与申请人关系) X(M_SEX, 成员, 性别)                   \
    X(M_BIRTH, 成员, 出生日期) X(M_HUKOU, 成员, 户籍) X(M_PERMIT, 成员, 居住证) X(M_COLLECTIVE, 成员, 就学迁入集体户)    \
    X(M_MARRIAGE, 成员, 婚姻状况) X(M_WORK, 成员, 就业状态) X(M_STABLE, 成员, 个人稳定性收入) X(M_ILL, 成员, 重大疾病)    \
    X(M_CAPACITY, 成员, 劳动能力) X(M_ABILITY, 成员, 能力等级) X(M_SELFCARE, 成员, 自理能力) X(M_SCHOOL, 成员, 在读)      \
    X(M_LONE, 成员, 单独抚养) X(M_KEPT, 成员, 依靠兄弟姐妹或老人扶养) X(M_DUTY, 成员, 有法定赡养抚养扶养人)              \
    X(M_ABLE, 成员, 法定义务人有履行能力) X(M_EXCLUDED, 成员, 不计入事由) X(M_CHILD, 成员, 儿童类别)                     \
    X(M_LIVING, 成员, 居住方式) X(M_INJURY, 成员, 领取工伤生活护理费) X(M_DAYCARE, 成员, 享受托养补贴)                   \
    X(M_HOMEAID, 成员, 享受困境家庭入住机构补贴) X(M_BRAVE, 成员, 见义勇为致残护理补贴) X(M_DIED, 成员, 死亡日期)         \
    X(M_MOVED, 成员, 迁出本市日期) X(M_GUARDIAN, 成员, 有其他监护人抚养) X(M_TEMPORARY, 成员, 临时无人抚养认定)           \
    X(M_INSTITUTION, 成员, 机构集体户口) X(M_REPORTED, 成员, 就业申报日期)                                              \
    X(I_KIND, 收入, 类别) X(I_AMOUNT, 收入, 月金额) X(D_KIND, 残疾, 类别) X(D_GRADE, 残疾, 等级)                         \
    X(V_USE, 机动车, 用途) X(V_VALUE, 机动车, 价值) X(O_AREA, 住房, 建筑面积) X(O_TENURE, 住房, 性质) X(O_USE, 住房, 用途) \
    X(B_CAPITAL, 工商登记, 认缴资本) X(B_ACTIVE, 工商登记, 存续) X(S_PEOPLE, 赡养人家庭, 人数) X(S_INCOME, 赡养人家庭, 月收入) \
    X(S_HOMES, 赡养人家庭, 住房套数) X(S_AREA, 赡养人家庭, 人均住房面积) X(S_PROPERTY, 赡养人家庭, 人均财产)               \
    X(S_ILL, 赡养人家庭, 有重病重残成员) X(S_ASSISTED, 赡养人家庭, 在享救助) X(S_FAMILIES, 赡养人家庭, 应赡养家庭数)       \
    X(S_DUTY, 赡养人家庭, 关系) X(S_DOCUMENT, 赡养人家庭, 文书金额) X(S_PAID, 赡养人家庭, 实付金额)                       \
    X(R_BENEFIT, 在享, 待遇) X(R_FOR, 在享, 对象) X(R_SINCE, 在享, 起) X(R_AMOUNT, 在享, 月金额) X(R_CAUSE, 在享, 事由)     \
    X(T_IDENTITY, 特殊身份, ) X(P_STATE, 父母状况, ) X(P_MONTHS, 父母状况期限月数, )

#define CITY_TABLES(X)                                                                                               \
    X(T_HOUSEHOLD, 户) X(T_MEMBER, 成员) X(T_INCOME, 收入) X(T_DISABILITY, 残疾) X(T_IDENTITIES, 特殊身份)              \
    X(T_PARENTS, 父母状况) X(T_MONTHS, 父母状况期限月数) X(T_VEHICLE, 机动车) X(T_HOME, 住房) X(T_BUSINESS, 工商登记)      \
    X(T_SUPPORTER, 赡养人家庭) X(T_BENEFIT, 在享)

/* column, then its codes one after the other: W_x, word */
#define CITY_WORDS(X)                                                                                                \
    X(M_RELATION, SELF, 本人) X(M_RELATION, SPOUSE, 配偶) X(M_RELATION, CHILD, 子女) X(M_RELATION, PARENT, 父母)         \
    X(M_RELATION, GRANDCHILD, 孙子女) X(M_RELATION, SIBLING, 兄弟姐妹) X(M_RELATION, OTHER, 其他)                        \
    X(M_SEX, MALE, 男) X(M_SEX, FEMALE, 女) X(M_HUKOU, LOCAL, 本市) X(M_HUKOU, ELSEWHERE, 外埠)                          \
    X(M_MARRIAGE, SINGLE, 未婚) X(M_MARRIAGE, MARRIED, 有配偶) X(M_MARRIAGE, DIVORCED, 离婚) X(M_MARRIAGE, WIDOWED, 丧偶)  \
    X(M_WORK, EMPLOYED, 在职职工) X(M_WORK, FLEXIBLE, 灵活就业) X(M_WORK, OWN_BUSINESS, 自主创业) X(M_WORK, JOBLESS, 失业)  \
    X(M_WORK, NO_WORK, 无业) X(M_WORK, RETIRED, 退休) X(M_WORK, STUDENT, 学生) X(M_WORK, INFANT, 学龄前)                  \
    X(M_CAPACITY, CAPABLE, 有) X(M_CAPACITY, PARTLY_LOST, 部分丧失) X(M_CAPACITY, MOSTLY_LOST, 大部分丧失)                 \
    X(M_CAPACITY, WHOLLY_LOST, 完全丧失) X(M_ABILITY, ABLE, 能力完好) X(M_ABILITY, ABILITY_LIGHT, 轻度失能)               \
    X(M_ABILITY, ABILITY_MIDDLE, 中度失能) X(M_ABILITY, ABILITY_SEVERE, 重度失能) X(M_ABILITY, ABILITY_NONE, 完全失能)     \
    X(M_SELFCARE, SELFCARE_FULL, 全自理) X(M_SELFCARE, SELFCARE_HALF, 半自理) X(M_SELFCARE, SELFCARE_NONE, 不能自理)       \
    X(M_SCHOOL, NO_SCHOOL, 无) X(M_SCHOOL, KINDERGARTEN, 学前) X(M_SCHOOL, COMPULSORY, 义务教育)                          \
    X(M_SCHOOL, SENIOR_SCHOOL, 高中) X(M_SCHOOL, COLLEGE, 本科及以下) X(M_SCHOOL, GRADUATE, 研究生)                        \
    X(M_EXCLUDED, COUNTED, 无) X(M_EXCLUDED, CONSCRIPT, 义务兵) X(M_EXCLUDED, PRISONER, 服刑) X(M_EXCLUDED, MISSING, 宣告失踪) \
    X(M_EXCLUDED, CLERGY, 宗教教职三年以上) X(M_CHILD, NO_CATEGORY, 无) X(M_CHILD, ORPHAN, 孤儿)                          \
    X(M_CHILD, WITHOUT_CARE, 事实无人抚养) X(M_CHILD, CHILD_ILL, 重残重病) X(M_CHILD, CHILD_DIBAO, 低保家庭)               \
    X(M_CHILD, CHILD_LOW, 低收入家庭) X(M_LIVING, AT_HOME, 家庭) X(M_LIVING, IN_INSTITUTION, 机构) X(M_LIVING, FOSTERED, 寄养) \
    X(I_KIND, WAGE, 工资性) X(I_KIND, BUSINESS, 经营净) X(I_KIND, PROPERTY, 财产净) X(I_KIND, PENSION, 养老金)              \
    X(I_KIND, UNEMPLOYMENT, 失业金) X(I_KIND, SUPPORT, 赡养抚养扶养费) X(I_KIND, TRANSFER, 其他转移)                        \
    X(I_KIND, VETERAN, 优待抚恤) X(I_KIND, DISABILITY_SUBSIDY, 残疾补贴) X(I_KIND, OLD_AGE_ALLOWANCE, 养老补贴津贴)         \
    X(I_KIND, GRANT, 奖助学金) X(D_KIND, LIMB, 肢体) X(D_KIND, SIGHT, 视力) X(D_KIND, HEARING, 听力) X(D_KIND, MENTAL, 精神) \
    X(D_KIND, INTELLECTUAL, 智力) X(D_KIND, SPEECH, 言语) X(V_USE, CAR_LIVING, 生活) X(V_USE, CAR_DISABLED, 残疾代步)       \
    X(V_USE, CAR_BUSINESS, 经营) X(O_TENURE, OWNED, 自有) X(O_TENURE, PUBLIC_LEASE, 公有承租) X(O_TENURE, PUBLIC_RENT, 公租房) \
    X(O_USE, LIVED_IN, 自住) X(O_USE, LET, 出租) X(O_USE, VACANT, 闲置) X(S_DUTY, DUTY_PARENTS, 赡养)                      \
    X(S_DUTY, DUTY_CHILDREN, 抚养) X(H_HEATING, HEAT_CENTRAL, 集中供热) X(H_HEATING, HEAT_CLEAN, 清洁能源自采暖)           \
    X(P_STATE, LIVES, 健在) X(P_STATE, DEAD, 死亡) X(P_STATE, LOST, 失踪) X(P_STATE, IN_PRISON, 服刑)                      \
    X(P_STATE, DISABLED_PARENT, 重残) X(P_STATE, ILL_PARENT, 重病) X(P_STATE, OUT_OF_CONTACT, 失联)                        \
    X(T_IDENTITY, ID_REDUCED, 精减退职老职工) X(T_IDENTITY, ID_RETURNED_YOUTH, 因公致残返城知青)                            \
    X(T_IDENTITY, ID_UPRISING, 起义投诚人员) X(T_IDENTITY, ID_OLD_OVERSEAS, 老归侨) X(T_IDENTITY, ID_OVERSEAS, 归侨侨眷)     \
    X(T_IDENTITY, ID_MARTYRS, 优抚孤老烈属) X(T_IDENTITY, ID_ONE_CHILD, 计划生育特殊家庭) X(T_IDENTITY, ID_VETERAN_CADRE, 离休) \
    X(R_BENEFIT, B_DIBAO, 低保) X(R_BENEFIT, B_LOW_INCOME, 低收入) X(R_BENEFIT, B_TEKUN, 特困)                              \
    X(R_BENEFIT, B_TEMPORARY, 临时救助) X(R_BENEFIT, B_DISABLED_LIVING, 困难残疾人生活补贴)                                 \
    X(R_BENEFIT, B_DISABLED_CARE, 重度残疾人护理补贴) X(R_BENEFIT, B_ELDER_SERVICE, 困难老年人养老服务补贴)                  \
    X(R_BENEFIT, B_ELDER_CARE, 失能老年人护理补贴) X(R_BENEFIT, B_OLD_AGE, 高龄津贴) X(R_BENEFIT, B_CHILD, 困境儿童生活费)    \
    X(R_CAUSE, CAUSE_ILL, 重病) X(R_CAUSE, CAUSE_MEDICAL, 医疗) X(R_CAUSE, CAUSE_EDUCATION, 教育)

#define X(id, table, column) C_##id,
enum city_column { CITY_COLUMNS(X) CITY_COLUMN_COUNT };
#undef X
#define X(id, table) id,
enum city_table { CITY_TABLES(X) CITY_TABLE_COUNT };
#undef X
#define X(column, id, word) W_##id,
enum city_word { CITY_WORDS(X) CITY_WORD_COUNT };
#undef X

struct city_columns {
    size_t table[CITY_TABLE_COUNT], column[CITY_COLUMN_COUNT];
    int64_t word[CITY_WORD_COUNT];
    int64_t number[16];          /* 编号 "1".. in its dictionary */
    int64_t subject[17];         /* 在享.对象: 户, then "1".. */
};

#endif
