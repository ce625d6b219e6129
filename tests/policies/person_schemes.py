#!/usr/bin/env python3
"""Worked cases of the benefits of a person, computed here from the articles, not by the engine.

The rules of documents 434 (disability) and 160 (older people) are written once more in plain Python, for one known
household.  Where a case leaves facts out, every completion over a small domain (each code, each side of each threshold)
is computed: the case is undecided when two differ, and a fact is missing when two that differ in it alone differ.

usage: person_schemes.py [--check]      writes packs/*/matters/*/cases/own-*.json; --check compares only
"""
import copy, datetime, itertools, json, pathlib, sys

PACKS = pathlib.Path(__file__).resolve().parents[2] / "packs"
DIBAO = [("2016-01-01", 800), ("2017-01-01", 900), ("2018-01-01", 1000), ("2019-01-01", 1100), ("2020-07-01", 1170), ("2021-07-01", 1245),
         ("2022-07-01", 1320), ("2023-07-01", 1395), ("2024-07-01", 1450)]

# ---- the articles ------------------------------------------------------------------------

def standard(day):
    return [v for d, v in DIBAO if d <= day][-1]

def aged(m, years, day):
    b = m["出生日期"]
    y, rest = int(day[:4]) - years, day[4:]
    if rest == "-02-29" and not (y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)):
        rest = "-02-28"
    return b <= f"{y:04d}{rest}"

def on(case, *names):
    return any(b["待遇"] in names and b["对象"] in ("户", case["申请"]["对象"]) for b in case["在享"])

def month(day):
    return day[:7]

def registered(m, day):
    moved = m.get("迁出本市日期")
    return m["户籍"] == "本市" if not moved else month(moved) >= month(day)

def alive(m, day):
    return not m.get("死亡日期") or month(m["死亡日期"]) >= month(day)

def first_class(m):
    return any((d["类别"] in ("视力", "肢体") and d["等级"] <= 2) or (d["类别"] in ("智力", "精神") and d["等级"] <= 3) for d in m["残疾"])

def multiple(m):
    return len({d["类别"] for d in m["残疾"]}) > 1

def living_434(c, m, day):  # 434号 一(一), 二(一)
    if not m["残疾"]:
        return 0
    one = first_class(m)
    if on(c, "低保", "困补"):
        return 400 if one else 320
    if on(c, "低收入"):
        return standard(day) if one else 300
    if not aged(m, 16, day):
        return 300 if one else 200
    jobless = m["就业状态"] in ("失业", "无业") and m["个人稳定性收入"] == 0 and not aged(m, 60, day)
    if jobless or m["在读"] in ("义务教育", "高中", "本科及以下", "研究生"):
        return standard(day) if one else 200
    old = aged(m, 60 if m["性别"] == "男" else 55, day)
    if old and one and m["个人稳定性收入"] < standard(day):
        return standard(day) - m["个人稳定性收入"]
    return 0

def living_434_free(c, m):  # 434号 三3
    return not (on(c, "特困", "困境儿童生活费") or m["领取工伤生活护理费"])

def care_434(m):  # 434号 一(二), 二(二)
    best = 0
    for d in m["残疾"]:
        k, g = d["类别"], d["等级"]
        if k in ("视力", "肢体", "智力", "精神") and (g == 1 or (k in ("智力", "精神") and g == 2 and multiple(m))):
            best = 300
        elif (k in ("视力", "肢体", "听力", "言语") and g <= 2) or (k in ("智力", "精神") and g <= 3):
            best = max(best, 100)
    return best

def care_434_free(c, m):
    return not (on(c, "特困") or m["领取工伤生活护理费"] or m["见义勇为致残护理补贴"] or m["享受托养补贴"] or "因公致残返城知青" in m["特殊身份"])

def in_force_160(day):
    return day >= "2019-10-01"

def hardship_160(c, m, day):  # 160号 二(一)
    if not aged(m, 60, day):
        return 0
    if on(c, "低保", "困补"):
        return 300
    if on(c, "低收入"):
        return 200
    return 100 if "计划生育特殊家庭" in m["特殊身份"] else 0

def hardship_160_free(c, m):
    return not (on(c, "特困") or m["领取工伤生活护理费"])

def care_160(m, day):  # 160号 二(二)
    if not aged(m, 60, day):
        return 0
    if m["能力等级"] in ("重度失能", "完全失能"):
        return 600
    best = 0
    for d in m["残疾"]:
        k, g = d["类别"], d["等级"]
        if k in ("听力", "言语"):
            best = max(best, 200 if g <= 2 else 0)
        elif g == 1 or (g == 2 and k in ("智力", "精神") and multiple(m)):
            best = max(best, 600)
        elif g == 2 or (g == 3 and k in ("智力", "精神")):
            best = max(best, 400)
    return best

def care_160_free(c, m):
    return hardship_160_free(c, m) and not (m["见义勇为致残护理补贴"] or m["享受困境家庭入住机构补贴"] or "因公致残返城知青" in m["特殊身份"])

def choice(c, m, mine, other, other_too):  # 160号 三3、4; 434号 三2
    if not other_too and not {"因公致残", "离休"} & set(m["特殊身份"]):
        return True
    return mine in c["申请"]["选择"] and other not in c["申请"]["选择"]

LIVING, CARE, HARDSHIP, NURSING, AGE = "困难残疾人生活补贴", "重度残疾人护理补贴", "困难老年人养老服务补贴", "失能老年人护理补贴", "高龄老年人津贴"

def amount(scheme, c):
    """Yuan a month for the member examined, 0: not eligible."""
    day = c["日期"]
    m = next(x for x in c["户"]["成员"] if x["编号"] == c["申请"]["对象"])
    elderly = in_force_160(day)
    found = m["不计入事由"] != "宣告失踪"  # 160号 七(二)4
    hardship = elderly and found and hardship_160(c, m, day) > 0 and hardship_160_free(c, m)
    nursing = elderly and found and care_160(m, day) > 0 and care_160_free(c, m)
    living = living_434(c, m, day) > 0 and living_434_free(c, m)
    care = care_434(m) > 0 and care_434_free(c, m)
    if not registered(m, day) or not alive(m, day) or m["不计入事由"] == "服刑":
        return 0
    if scheme == "disability_living":
        return living_434(c, m, day) if living and choice(c, m, LIVING, HARDSHIP, hardship) else 0
    if scheme == "disability_care":
        return care_434(m) if care and choice(c, m, CARE, NURSING, nursing) else 0
    if not elderly or not found:
        return 0
    if scheme == "elderly_living":  # what is paid for a child is not paid for an older person: 36号 二(一)
        return hardship_160(c, m, day) if hardship and choice(c, m, HARDSHIP, LIVING, living_434(c, m, day) > 0) else 0
    if scheme == "elderly_care":
        return care_160(m, day) if nursing and choice(c, m, NURSING, CARE, care) else 0
    return next((v for y, v in ((100, 800), (90, 500), (80, 100)) if aged(m, y, day)), 0)

ITEM = {"disability_living": LIVING, "disability_care": CARE, "elderly_living": HARDSHIP, "elderly_care": NURSING, "elderly_age": AGE}

# ---- completions --------------------------------------------------------------------------

def birthdays(day):
    out = []
    for years in (0, 16, 55, 60, 80, 90, 100, 110):
        d = datetime.date(int(day[:4]) - years, int(day[5:7]), min(28, int(day[8:])))
        out += [str(d + datetime.timedelta(days=n)) for n in (-1, 0, 1) if d + datetime.timedelta(days=n) <= datetime.date.fromisoformat(day)]
    return out

BOOL = [False, True]
def domain(fact, day):
    held = [[]] + [[{"待遇": b, "对象": o}] for b in ("低保", "困补", "低收入", "特困", "困境儿童生活费") for o in ("户",)] + [[{"待遇": "低保", "对象": "户"}, {"待遇": "困境儿童生活费", "对象": "户"}], [{"待遇": "低保", "对象": "户"}, {"待遇": "特困", "对象": "户"}]]
    return {
        "成员.性别": ["男", "女"], "成员.出生日期": birthdays(day), "成员.户籍": ["本市", "外埠"], "成员.在读": ["无", "学前", "义务教育", "高中", "本科及以下", "研究生"],
        "成员.就业状态": ["在职职工", "灵活就业", "自主创业", "失业", "无业", "退休", "学生", "学龄前"],
        "成员.个人稳定性收入": [0, 1, 500, standard(day) - 1, standard(day), standard(day) + 1, 9000],
        "成员.能力等级": ["能力完好", "轻度失能", "中度失能", "重度失能", "完全失能"], "成员.不计入事由": ["无", "义务兵", "服刑", "宣告失踪", "宗教教职三年以上", "其他"],
        "成员.特殊身份": [[], ["计划生育特殊家庭"], ["因公致残返城知青"], ["离休"], ["因公致残"], ["离休", "计划生育特殊家庭"]],
        "成员.残疾": [[]] + [[{"类别": k, "等级": g}] for k in ("视力", "听力", "智力") for g in (1, 2, 3, 4)],
        "成员.领取工伤生活护理费": BOOL, "成员.享受托养补贴": BOOL, "成员.享受困境家庭入住机构补贴": BOOL, "成员.见义勇为致残护理补贴": BOOL,
        "残疾.等级": [1, 2, 3, 4], "残疾.类别": ["视力", "听力", "言语", "肢体", "智力", "精神"], "在享": held,
        "申请.选择": [[], [LIVING], [CARE], [HARDSHIP], [NURSING], [LIVING, HARDSHIP], [CARE, NURSING]],
    }[fact]

def put(case, fact, value):
    entity, _, name = fact.partition(".")
    m = next(x for x in case["户"]["成员"] if x["编号"] == case["申请"]["对象"])
    if not name:
        case[entity] = value
    else:
        {"成员": m, "申请": case["申请"], "残疾": m["残疾"][0] if entity == "残疾" else None}[entity][name] = value

def decide(scheme, case, unknown):
    """(outcome, yuan, missing)"""
    answers = {}
    for values in itertools.product(*(domain(f, case["日期"]) for f in unknown)):
        c = copy.deepcopy(case)
        for f, v in zip(unknown, values):
            put(c, f, v)
        answers[tuple(json.dumps(v) for v in values)] = amount(scheme, c)
    missing = set()
    for a in answers:
        for i, f in enumerate(unknown):
            for v in domain(f, case["日期"]):
                b = a[:i] + (json.dumps(v),) + a[i + 1:]
                if answers[b] != answers[a]:
                    missing.add(f)
    if missing:
        return "undecided", 0, sorted(missing)
    yuan = next(iter(answers.values()))
    return ("eligible" if yuan else "not_eligible"), yuan, []

# ---- the cases ------------------------------------------------------------------------------

def member(**change):
    m = {"编号": "1", "与申请人关系": "本人", "性别": "女", "出生日期": "1985-04-04", "户籍": "本市", "婚姻状况": "有配偶", "就业状态": "失业", "个人稳定性收入": 0,
         "残疾": [], "重大疾病": False, "能力等级": "能力完好", "在读": "无", "特殊身份": [], "不计入事由": "无", "领取工伤生活护理费": False, "享受托养补贴": False,
         "享受困境家庭入住机构补贴": False, "见义勇为致残护理补贴": False}
    m.update(change)
    return m

def d(*pairs):
    return [{"类别": k, "等级": g} for k, g in pairs]

def b(name, who="户", since="2015-01-01"):
    return {"待遇": name, "对象": who, "起": since}

DAY = "2025-03-18"
OLD = dict(出生日期="1956-07-01", 就业状态="退休", 个人稳定性收入=900)

def cases():
    """scheme, title, article, member changes, benefits, choice (None: not stated), unknown facts, day"""
    L, K, H, N, G = "disability_living", "disability_care", "elderly_living", "elderly_care", "elderly_age"
    low, dibao = [b("低收入")], [b("低保")]
    yield from (
        # 434号 living: every group, class and boundary
        (L, "低保，智力三级", "434号 二(一)1", dict(残疾=d(("智力", 3))), dibao, None, (), DAY),
        (L, "低保，智力四级", "434号 二(一)1", dict(残疾=d(("智力", 4))), dibao, None, (), DAY),
        (L, "低保，肢体三级", "434号 二(一)1", dict(残疾=d(("肢体", 3))), dibao, None, (), DAY),
        (L, "领取生活困难补助金视同低保", "434号 一(一)1", dict(残疾=d(("视力", 2))), [b("困补")], None, (), DAY),
        (L, "低保是别的成员一个人的", "434号 一(一)1", dict(残疾=d(("视力", 2)), 就业状态="在职职工", 个人稳定性收入=5000), [b("低保", "9")], None, (), DAY),
        (L, "低收入家庭一档参照低保标准", "434号 二(一)2", dict(残疾=d(("肢体", 2)), 就业状态="在职职工", 个人稳定性收入=2000), low, None, (), DAY),
        (L, "低收入家庭言语一级", "434号 二(一)2", dict(残疾=d(("言语", 1))), low, None, (), DAY),
        (L, "失业无稳定收入，听力二级", "434号 二(一)3", dict(残疾=d(("听力", 2))), [], None, (), DAY),
        (L, "失业但有一元稳定收入", "434号 一(一)3", dict(残疾=d(("肢体", 1)), 个人稳定性收入=1), [], None, (), DAY),
        (L, "灵活就业", "434号 一(一)3", dict(残疾=d(("肢体", 1)), 就业状态="灵活就业"), [], None, (), DAY),
        (L, "从未就业按失业", "434号 一(一)3", dict(残疾=d(("精神", 3)), 就业状态="无业"), [], None, (), DAY),
        (L, "满60周岁当日不再是失业一类，男，一档按差额", "434号 一(一)3、4", dict(性别="男", 出生日期="1965-03-18", 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "差一日60周岁，男，失业", "434号 一(一)3", dict(性别="男", 出生日期="1965-03-19", 残疾=d(("肢体", 4))), [], None, (), DAY),
        (L, "满60周岁当日，二档没有差额补贴", "434号 一(一)4", dict(性别="男", 出生日期="1965-03-18", 残疾=d(("肢体", 4))), [], None, (), DAY),
        (L, "满16周岁当日，在职", "434号 一(一)3、5", dict(出生日期="2009-03-18", 就业状态="在职职工", 残疾=d(("听力", 1))), [], None, (), DAY),
        (L, "差一日16周岁，听力一级", "434号 二(一)5", dict(出生日期="2009-03-19", 就业状态="学生", 在读="义务教育", 残疾=d(("听力", 1))), [], None, (), DAY),
        (L, "差一日16周岁，视力二级", "434号 二(一)5", dict(出生日期="2009-03-19", 就业状态="学生", 在读="义务教育", 残疾=d(("视力", 2))), [], None, (), DAY),
        (L, "满16周岁在校，一档", "434号 二(一)3", dict(出生日期="2009-03-18", 就业状态="学生", 在读="高中", 残疾=d(("视力", 2))), [], None, (), DAY),
        (L, "二十五岁研究生，二档", "434号 二(一)3", dict(出生日期="2000-01-01", 就业状态="学生", 在读="研究生", 残疾=d(("言语", 3))), [], None, (), DAY),
        (L, "男，差一日60周岁，退休有收入", "434号 一(一)4", dict(性别="男", 出生日期="1965-03-19", 就业状态="退休", 个人稳定性收入=900, 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "女，满55周岁当日，差额", "434号 二(一)4", dict(出生日期="1970-03-18", 就业状态="退休", 个人稳定性收入=900, 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "女，差一日55周岁", "434号 一(一)4", dict(出生日期="1970-03-19", 就业状态="退休", 个人稳定性收入=900, 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "稳定收入等于低保标准", "434号 一(一)4", dict(出生日期="1960-03-18", 就业状态="退休", 个人稳定性收入=1450, 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "稳定收入比低保标准少一分", "434号 二(一)4", dict(出生日期="1960-03-18", 就业状态="退休", 个人稳定性收入=1449.99, 残疾=d(("肢体", 1))), [], None, (), DAY),
        (L, "2018年的低保标准", "434号 二(一)3", dict(残疾=d(("肢体", 1))), [], None, (), "2018-06-30"),
        (L, "2019年标准首日", "434号 二(一)3", dict(残疾=d(("肢体", 1))), [], None, (), "2019-01-01"),
        (L, "领取困境儿童生活费", "434号 三3", dict(出生日期="2015-01-01", 残疾=d(("肢体", 1)), 在读="义务教育", 就业状态="学生"), [b("困境儿童生活费", "1")], None, (), DAY),
        (L, "别的孩子领取困境儿童生活费", "434号 三3", dict(出生日期="2015-01-01", 残疾=d(("肢体", 1)), 在读="义务教育", 就业状态="学生"), [b("困境儿童生活费", "2")], None, (), DAY),
        (L, "特困人员", "434号 三3", dict(残疾=d(("肢体", 1))), [b("特困", "1")], None, (), DAY),
        (L, "托养补贴不影响生活补贴", "434号 三3", dict(残疾=d(("肢体", 1)), 享受托养补贴=True), dibao, None, (), DAY),
        (L, "没有残疾证", "434号 一(一)", dict(), dibao, None, (), DAY),
        (L, "外埠户籍", "434号 一(一)", dict(残疾=d(("肢体", 1)), 户籍="外埠"), dibao, None, (), DAY),
        (L, "本月迁出，本月仍发", "434号 九(三)", dict(残疾=d(("肢体", 1)), 户籍="外埠", 迁出本市日期="2025-03-02"), dibao, None, (), DAY),
        (L, "上月最后一日迁出", "434号 九(三)", dict(残疾=d(("肢体", 1)), 户籍="外埠", 迁出本市日期="2025-02-28"), dibao, None, (), DAY),
        (L, "服刑", "434号 九(四)3", dict(残疾=d(("肢体", 1)), 不计入事由="服刑"), dibao, None, (), DAY),
        (L, "上月死亡", "434号 九(四)2", dict(残疾=d(("肢体", 1)), 死亡日期="2025-02-28"), dibao, None, (), DAY),
        (L, "低保残疾老年人没有选择", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), dibao, [], (), DAY),
        (L, "低保残疾老年人两项都选", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), dibao, [LIVING, HARDSHIP], (), DAY),
        (L, "160号施行前不存在择一", "160号 十一(四)", dict(出生日期="1950-01-01", 就业状态="退休", 个人稳定性收入=500, 残疾=d(("肢体", 1))), dibao, [], (), "2019-09-30"),
        (L, "离休人员选择本项", "434号 三2", dict(**OLD | dict(特殊身份=["离休"]), 残疾=d(("肢体", 1))), [], [LIVING], (), DAY),
        (L, "选择未填，低保残疾老年人", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), dibao, None, ("申请.选择",), DAY),
        (L, "就业状态未知", "434号 一(一)3", dict(残疾=d(("肢体", 1))), [], None, ("成员.就业状态",), DAY),
        (L, "在享未知", "434号 一(一)", dict(残疾=d(("肢体", 1))), None, None, ("在享",), DAY),
        (L, "等级未知、类别听力，不影响", "434号 二(一)1", dict(残疾=d(("听力", 1))), dibao, None, ("残疾.等级",), DAY),
        (L, "稳定收入未知，五十八岁退休女", "434号 二(一)4", dict(出生日期="1967-01-01", 就业状态="退休", 残疾=d(("肢体", 1))), [], None, ("成员.个人稳定性收入",), DAY),
        # 434号 care
        *((K, f"{k}{g}级", "434号 二(二)", dict(残疾=d((k, g))), [], None, (), DAY) for k, g in (("视力", 1), ("视力", 2), ("视力", 3), ("肢体", 2), ("智力", 1), ("智力", 2), ("智力", 3), ("智力", 4), ("精神", 1), ("精神", 3), ("听力", 1), ("听力", 2), ("听力", 3), ("言语", 2), ("言语", 3))),
        (K, "智力二级且听力四级，多重", "434号 二(二)1", dict(残疾=d(("智力", 2), ("听力", 4))), [], None, (), DAY),
        (K, "精神三级且肢体四级，多重不升档", "434号 二(二)2", dict(残疾=d(("精神", 3), ("肢体", 4))), [], None, (), DAY),
        (K, "肢体二级且言语二级，多重不升档", "434号 二(二)2", dict(残疾=d(("肢体", 2), ("言语", 2))), [], None, (), DAY),
        (K, "听力一级且视力一级，取高", "434号 二(二)1", dict(残疾=d(("听力", 1), ("视力", 1))), [], None, (), DAY),
        (K, "收入、低保都不问", "434号 一(二)", dict(残疾=d(("肢体", 1)), 就业状态="在职职工", 个人稳定性收入=20000), [], None, (), DAY),
        (K, "特困人员", "434号 三3", dict(残疾=d(("肢体", 1))), [b("特困", "1")], None, (), DAY),
        (K, "工伤生活护理费", "434号 三3", dict(残疾=d(("肢体", 1)), 领取工伤生活护理费=True), [], None, (), DAY),
        (K, "见义勇为护理补贴", "434号 三3", dict(残疾=d(("肢体", 1)), 见义勇为致残护理补贴=True), [], None, (), DAY),
        (K, "返城知青护理费", "434号 三3", dict(残疾=d(("肢体", 1)), 特殊身份=["因公致残返城知青"]), [], None, (), DAY),
        (K, "困境儿童可以领护理补贴", "434号 三3", dict(出生日期="2015-01-01", 残疾=d(("肢体", 1))), [b("困境儿童生活费", "1")], None, (), DAY),
        (K, "入住机构补贴只影响老年护理补贴", "434号 三3", dict(残疾=d(("肢体", 1)), 享受困境家庭入住机构补贴=True), [], None, (), DAY),
        (K, "外埠", "434号 一(二)", dict(残疾=d(("肢体", 1)), 户籍="外埠"), [], None, (), DAY),
        (K, "服刑", "434号 九(四)3", dict(残疾=d(("肢体", 1)), 不计入事由="服刑"), [], None, (), DAY),
        (K, "本月死亡，本月仍发", "434号 九(三)", dict(残疾=d(("肢体", 1)), 死亡日期="2025-03-01"), [], None, (), DAY),
        (K, "老年人选择本项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 2))), [], [CARE], (), DAY),
        (K, "老年人没有选择", "160号 三3", dict(**OLD, 残疾=d(("肢体", 2))), [], [], (), DAY),
        (K, "老年人入住机构，没有另一项，不必选择", "160号 三5", dict(**OLD, 残疾=d(("肢体", 2)), 享受困境家庭入住机构补贴=True), [], [], (), DAY),
        (K, "差一日60周岁不必选择", "160号 二", dict(出生日期="1965-03-19", 残疾=d(("肢体", 2))), [], [], (), DAY),
        (K, "离休人员没有选择", "434号 三2", dict(残疾=d(("肢体", 2)), 特殊身份=["离休"]), [], [], (), DAY),
        (K, "类别未知，等级二", "434号 二(二)", dict(残疾=d(("视力", 2))), [], None, ("残疾.类别",), DAY),
        (K, "类别未知，等级四，不影响", "434号 一(二)", dict(残疾=d(("视力", 4))), [], None, ("残疾.类别",), DAY),
        (K, "托养情况未知", "434号 三3", dict(残疾=d(("肢体", 1))), [], None, ("成员.享受托养补贴",), DAY),
        (K, "特殊身份未知", "434号 三2、3", dict(残疾=d(("肢体", 1))), [], [], ("成员.特殊身份",), DAY),
        # 160号 living
        (H, "低保", "160号 二(一)1", dict(**OLD), dibao, None, (), DAY),
        (H, "困补视同低保", "160号 二(一)1", dict(**OLD), [b("困补")], None, (), DAY),
        (H, "低收入", "160号 二(一)2", dict(**OLD), low, None, (), DAY),
        (H, "低收入又是计生特殊家庭", "160号 二(一)2、3", dict(**OLD | dict(特殊身份=["计划生育特殊家庭"])), low, None, (), DAY),
        (H, "计生特殊家庭", "160号 二(一)3", dict(**OLD | dict(特殊身份=["计划生育特殊家庭"])), [], None, (), DAY),
        (H, "归侨侨眷不在列", "160号 二(一)", dict(**OLD | dict(特殊身份=["归侨侨眷"])), [], None, (), DAY),
        (H, "满60周岁当日", "160号 二", dict(**OLD | dict(出生日期="1965-03-18")), dibao, None, (), DAY),
        (H, "差一日60周岁", "160号 二", dict(**OLD | dict(出生日期="1965-03-19")), dibao, None, (), DAY),
        (H, "2月29日出生，3月1日满60", "160号 二", dict(**OLD | dict(出生日期="1960-02-29")), dibao, None, (), "2020-02-29"),
        (H, "施行首日", "160号 十一(四)", dict(**OLD), dibao, None, (), "2019-10-01"),
        (H, "施行前一日", "160号 十一(四)", dict(**OLD), dibao, None, (), "2019-09-30"),
        (H, "施行前三年", "160号 十一(四)", dict(**OLD | dict(出生日期="1950-07-01")), dibao, None, (), "2016-09-30"),
        (H, "工伤生活护理费", "160号 三6", dict(**OLD, 领取工伤生活护理费=True), dibao, None, (), DAY),
        (H, "特困", "160号 三6", dict(**OLD), [b("特困", "1"), b("低保")], None, (), DAY),
        (H, "见义勇为护理补贴不影响本项", "160号 三5", dict(**OLD, 见义勇为致残护理补贴=True), dibao, None, (), DAY),
        (H, "入住机构补贴不影响本项", "160号 三5", dict(**OLD, 享受困境家庭入住机构补贴=True), dibao, None, (), DAY),
        (H, "低保残疾老年人选择残疾补贴", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), dibao, [LIVING], (), DAY),
        (H, "低保残疾老年人没有选择", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), dibao, [], (), DAY),
        (H, "领取工伤护理费时两项都没有", "160号 三6", dict(**OLD, 残疾=d(("听力", 4)), 领取工伤生活护理费=True), dibao, [HARDSHIP], (), DAY),
        (H, "计生特殊家庭的残疾老年人，稳定收入高，不必选择", "160号 三3", dict(**OLD | dict(特殊身份=["计划生育特殊家庭"], 个人稳定性收入=4000), 残疾=d(("肢体", 1))), [], [], (), DAY),
        (H, "离休没有选择", "160号 三4", dict(**OLD | dict(特殊身份=["离休"])), dibao, [], (), DAY),
        (H, "离休选择本项", "160号 三4", dict(**OLD | dict(特殊身份=["离休"])), dibao, [HARDSHIP], (), DAY),
        (H, "因公致残没有选择", "160号 三4", dict(**OLD | dict(特殊身份=["因公致残"])), dibao, [], (), DAY),
        (H, "本月死亡", "160号 七(二)", dict(**OLD, 死亡日期="2025-03-18"), dibao, None, (), DAY),
        (H, "上月死亡", "160号 七(二)4", dict(**OLD, 死亡日期="2025-02-28"), dibao, None, (), DAY),
        (H, "宣告失踪", "160号 七(二)4", dict(**OLD | dict(不计入事由="宣告失踪")), dibao, None, (), DAY),
        (H, "服刑", "160号 七(二)5", dict(**OLD | dict(不计入事由="服刑")), dibao, None, (), DAY),
        (H, "义务兵不是停发事由", "160号 七(二)", dict(**OLD | dict(不计入事由="义务兵")), dibao, None, (), DAY),
        (H, "上月迁出", "160号 七(二)3", dict(**OLD, 迁出本市日期="2025-02-01"), dibao, None, (), DAY),
        (H, "户籍未知", "160号 二", dict(**OLD), dibao, None, ("成员.户籍",), DAY),
        (H, "选择未填", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), dibao, None, ("申请.选择",), DAY),
        (H, "残疾情况未知，已选择本项", "160号 三3", dict(**OLD), dibao, [HARDSHIP], ("成员.残疾",), DAY),
        (H, "出生日期未知", "160号 二", dict(**OLD), dibao, None, ("成员.出生日期",), DAY),
        # 160号 care
        *((N, f"{k}{g}级，选择本项", "160号 二(二)", dict(**OLD, 残疾=d((k, g))), [], [NURSING], (), DAY) for k, g in (("视力", 1), ("视力", 2), ("视力", 3), ("智力", 1), ("智力", 2), ("智力", 3), ("智力", 4), ("精神", 2), ("言语", 1), ("言语", 2), ("听力", 2), ("听力", 3))),
        *((N, t, "160号 二(二)1", dict(**OLD | dict(能力等级=t)), [], None, (), DAY) for t in ("轻度失能", "中度失能", "重度失能", "完全失能")),
        (N, "智力二级且听力四级，多重", "160号 二(二)1", dict(**OLD, 残疾=d(("智力", 2), ("听力", 4))), [], [NURSING], (), DAY),
        (N, "肢体二级且听力一级，取高", "160号 二(二)2", dict(**OLD, 残疾=d(("肢体", 2), ("听力", 1))), [], [NURSING], (), DAY),
        (N, "听力二级且重度失能，取高", "160号 二(二)1", dict(**OLD | dict(能力等级="重度失能"), 残疾=d(("听力", 2))), [], [NURSING], (), DAY),
        (N, "重度失能，听力三级，不必选择", "160号 三3", dict(**OLD | dict(能力等级="重度失能"), 残疾=d(("听力", 3))), [], [], (), DAY),
        (N, "差一日60周岁", "160号 二", dict(**OLD | dict(出生日期="1965-03-19", 能力等级="重度失能")), [], None, (), DAY),
        (N, "施行前一日", "160号 十一(四)", dict(**OLD | dict(能力等级="重度失能")), [], None, (), "2019-09-30"),
        (N, "施行首日", "160号 十一(四)", dict(**OLD | dict(能力等级="重度失能")), [], None, (), "2019-10-01"),
        (N, "特困", "160号 三6", dict(**OLD | dict(能力等级="重度失能")), [b("特困", "1")], None, (), DAY),
        (N, "工伤生活护理费", "160号 三6", dict(**OLD | dict(能力等级="重度失能"), 领取工伤生活护理费=True), [], None, (), DAY),
        (N, "见义勇为", "160号 三5", dict(**OLD | dict(能力等级="重度失能"), 见义勇为致残护理补贴=True), [], None, (), DAY),
        (N, "返城知青", "160号 三5", dict(**OLD | dict(能力等级="重度失能", 特殊身份=["因公致残返城知青"])), [], None, (), DAY),
        (N, "入住机构补贴", "160号 三5", dict(**OLD | dict(能力等级="重度失能"), 享受困境家庭入住机构补贴=True), [], None, (), DAY),
        (N, "托养补贴不影响本项，也就没有另一项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1)), 享受托养补贴=True), [], [], (), DAY),
        (N, "没有选择", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), [], [], (), DAY),
        (N, "离休没有选择", "160号 三4", dict(**OLD | dict(能力等级="重度失能", 特殊身份=["离休"])), [], [], (), DAY),
        (N, "宣告失踪", "160号 七(二)4", dict(**OLD | dict(能力等级="重度失能", 不计入事由="宣告失踪")), [], None, (), DAY),
        (N, "能力等级未知但有一级残疾，不影响", "160号 二(二)1", dict(**OLD, 残疾=d(("肢体", 1))), [], [NURSING], ("成员.能力等级",), DAY),
        (N, "能力等级未知，听力一级", "160号 二(二)", dict(**OLD, 残疾=d(("听力", 1))), [], [NURSING], ("成员.能力等级",), DAY),
        (N, "选择未填，重度失能且肢体一级", "160号 三3", dict(**OLD | dict(能力等级="重度失能"), 残疾=d(("肢体", 1))), [], None, ("申请.选择",), DAY),
        (N, "能力等级和户籍都未知", "160号 二", dict(**OLD), [], None, ("成员.能力等级", "成员.户籍"), DAY),
        # 160号 age
        *((G, f"出生于{x}", "160号 二(三)", dict(**OLD | dict(出生日期=x)), [], None, (), DAY) for x in ("1945-03-19", "1945-03-18", "1945-03-17", "1935-03-19", "1935-03-18", "1925-03-19", "1925-03-18", "1915-01-01", "1937-11-11", "1928-02-29")),
        (G, "在职收入高也发", "160号 二(三)", dict(**OLD | dict(出生日期="1940-01-01", 个人稳定性收入=30000)), [], None, (), DAY),
        (G, "工伤生活护理费不影响", "160号 三6", dict(**OLD | dict(出生日期="1940-01-01"), 领取工伤生活护理费=True), [], None, (), DAY),
        (G, "特困不影响", "160号 三6", dict(**OLD | dict(出生日期="1940-01-01")), [b("特困", "1")], None, (), DAY),
        (G, "离休不影响", "160号 三4", dict(**OLD | dict(出生日期="1940-01-01", 特殊身份=["离休"])), [], None, (), DAY),
        (G, "同时领取另外两项", "160号 三1", dict(**OLD | dict(出生日期="1940-01-01", 能力等级="重度失能")), [b("低保"), b("困难老年人养老服务补贴", "1"), b("失能老年人护理补贴", "1")], None, (), DAY),
        (G, "外埠", "160号 二", dict(**OLD | dict(出生日期="1940-01-01", 户籍="外埠")), [], None, (), DAY),
        (G, "本月迁出", "160号 七(二)", dict(**OLD | dict(出生日期="1940-01-01", 户籍="外埠"), 迁出本市日期="2025-03-31"), [], None, (), DAY),
        (G, "上月迁出", "160号 七(二)3", dict(**OLD | dict(出生日期="1940-01-01", 户籍="外埠"), 迁出本市日期="2025-02-28"), [], None, (), DAY),
        (G, "本月死亡", "160号 七(二)", dict(**OLD | dict(出生日期="1940-01-01"), 死亡日期="2025-03-01"), [], None, (), DAY),
        (G, "去年死亡", "160号 七(二)4", dict(**OLD | dict(出生日期="1940-01-01"), 死亡日期="2024-03-18"), [], None, (), DAY),
        (G, "宣告失踪", "160号 七(二)4", dict(**OLD | dict(出生日期="1940-01-01", 不计入事由="宣告失踪")), [], None, (), DAY),
        (G, "服刑", "160号 七(二)5", dict(**OLD | dict(出生日期="1940-01-01", 不计入事由="服刑")), [], None, (), DAY),
        (G, "施行首日", "160号 十一(四)", dict(**OLD | dict(出生日期="1930-01-01")), [], None, (), "2019-10-01"),
        (G, "施行前一日", "160号 十一(四)", dict(**OLD | dict(出生日期="1930-01-01")), [], None, (), "2019-09-30"),
        (G, "2016年", "160号 十一(四)", dict(**OLD | dict(出生日期="1930-01-01")), [], None, (), "2016-01-01"),
        (G, "户籍未知", "160号 二", dict(**OLD | dict(出生日期="1940-01-01")), [], None, ("成员.户籍",), DAY),
        (G, "户籍未知但未满80周岁，不影响", "160号 二(三)", dict(**OLD), [], None, ("成员.户籍",), DAY),
        (G, "不计入事由未知", "160号 七(二)4、5", dict(**OLD | dict(出生日期="1940-01-01")), [], None, ("成员.不计入事由",), DAY),
        (G, "残疾、在享都未知，不影响", "160号 三1", dict(**OLD | dict(出生日期="1940-01-01")), None, None, ("成员.残疾", "在享"), DAY),
        (G, "性别未知，不影响", "160号 二(三)", dict(**OLD | dict(出生日期="1930-01-01")), [], None, ("成员.性别",), DAY),
        (L, "领取工伤生活护理费", "434号 三3", dict(残疾=d(("肢体", 1)), 领取工伤生活护理费=True), dibao, None, (), DAY),
        (L, "满60周岁的失业人员，按差额", "434号 二(一)4", dict(性别="男", 出生日期="1965-03-18", 残疾=d(("肢体", 1))), [], None, (), DAY, "434号 一(一)4、二(一)4"),
        (K, "智力三级且听力四级，多重，仍按第二档", "434号 二(二)2", dict(残疾=d(("智力", 3), ("听力", 4))), [], None, (), DAY),
        (N, "精神二级且肢体四级，多重", "160号 二(二)1", dict(**OLD, 残疾=d(("精神", 2), ("肢体", 4))), [], [NURSING], (), DAY),
        (N, "两项护理补贴都选", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), [], [NURSING, CARE], (), DAY),
        (N, "护理补贴和养老服务补贴都选，可以同时享受", "160号 三1、3", dict(**OLD, 残疾=d(("肢体", 1))), dibao, [NURSING, HARDSHIP], (), DAY),
        (N, "未满60周岁的理由", "160号 二", dict(**OLD | dict(出生日期="1965-03-19", 能力等级="重度失能")), [], None, (), DAY, "160号 二"),
        (H, "两项生活补贴都选", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), dibao, [HARDSHIP, LIVING], (), DAY),
        (H, "养老服务补贴和残疾人护理补贴都选，可以同时享受", "160号 三3", dict(**OLD, 残疾=d(("听力", 2))), dibao, [HARDSHIP, CARE], (), DAY),
        (L, "宣告失踪，没有老年人的另一项", "434号 二(一)1；160号 七(二)4", dict(**OLD | dict(残疾=d(("肢体", 1)), 不计入事由="宣告失踪")), dibao, [HARDSHIP], (), DAY),
        (K, "宣告失踪，没有老年人的另一项", "434号 二(二)1；160号 七(二)4", dict(**OLD | dict(残疾=d(("肢体", 1)), 不计入事由="宣告失踪")), dibao, [NURSING], (), DAY),
        (H, "未满60周岁的理由", "160号 二", dict(**OLD | dict(出生日期="1965-03-19")), dibao, None, (), DAY, "160号 二"),
        # 申请.对象 not stated: the applicant
        *((s, "没有写明对象的，审查本人", a, dict(**OLD | dict(出生日期="1940-01-01"), 残疾=d(("肢体", 1))), dibao, [mine], ("申请.对象",), DAY) for s, a, mine in ((L, "434号 二(一)1", LIVING), (K, "434号 二(二)1", CARE), (H, "160号 二(一)1", HARDSHIP), (N, "160号 二(二)1", NURSING), (G, "160号 二(三)1", LIVING))),
        # the exclusions that two benefits share are asked once: one that is not chosen is not paid, whatever is received
        (H, "在享未知，选择了另一项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [LIVING], ("在享",), DAY, "160号 三3、4"),
        (H, "在享未知，两项都没有选", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [], ("在享",), DAY, "160号 三3、4"),
        (H, "在享未知，选择本项，看是否低保、低收入", "160号 二(一)", dict(**OLD, 残疾=d(("肢体", 1))), None, [HARDSHIP], ("在享",), DAY),
        (N, "在享未知，选择了另一项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [CARE], ("在享",), DAY, "160号 三3、4"),
        (N, "在享、工伤护理费、见义勇为都未知，两项都没有选", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [], ("在享", "成员.领取工伤生活护理费", "成员.见义勇为致残护理补贴"), DAY, "160号 三3、4"),
        (N, "托养补贴未知，选择了另一项", "160号 三3、434号 三3", dict(**OLD, 残疾=d(("肢体", 1))), [], [CARE], ("成员.享受托养补贴",), DAY),
        (N, "户籍未知，选择了另一项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), [], [CARE], ("成员.户籍",), DAY),
        (K, "在享未知，选择了另一项", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [NURSING], ("在享",), DAY, "160号 三3、4；434号 三2"),
        (K, "在享未知，选择本项，看是否特困", "434号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [CARE], ("在享",), DAY),
        (K, "入住机构补贴未知，选择了另一项", "160号 三3、5", dict(**OLD, 残疾=d(("肢体", 1))), [], [NURSING], ("成员.享受困境家庭入住机构补贴",), DAY),
        (L, "在享未知，选择了另一项，低保、低收入的须择一，其他的按差额", "160号 三3", dict(**OLD, 残疾=d(("肢体", 1))), None, [HARDSHIP], ("在享",), DAY),
        (L, "在享未知，计生特殊家庭，选择了另一项", "160号 三3", dict(**OLD | dict(特殊身份=["计划生育特殊家庭"]), 残疾=d(("肢体", 1))), None, [HARDSHIP], ("在享",), DAY, "160号 三3、4；434号 三2"),
        (L, "在享、工伤护理费未知，离休，两项都选", "434号 三2", dict(**OLD | dict(特殊身份=["离休"]), 残疾=d(("肢体", 1))), None, [LIVING, HARDSHIP], ("在享", "成员.领取工伤生活护理费"), DAY, "160号 三3、4；434号 三2"),
        *((H, f"第二档残疾，在享未知，{what}", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), None, chosen, ("在享",), DAY) for what, chosen in (("两项都没有选", []), ("选择了另一项", [LIVING]), ("两项都选", [LIVING, HARDSHIP]))),
        (L, "第二档残疾，在享未知，两项都没有选", "160号 三3", dict(**OLD, 残疾=d(("听力", 4))), None, [], ("在享",), DAY),
        # 十一(四): before the document there is no such benefit, and that is the reason
        *((s, "施行前，不属于任何一类", "160号 十一(四)", dict(**OLD), [], [], (), "2019-09-30", "160号 十一(四)") for s in (H, N, G)),
    )

OBJECT = "申请.对象"  # not stated: the applicant is examined

def drop(case, fact):
    entity, _, name = fact.partition(".")
    m = case["户"]["成员"][0]
    if not name:
        del case[entity]
    elif entity == "残疾":
        del m["残疾"][0][name]
    else:
        (m if entity == "成员" else case["申请"]).pop(name, None)

def build():
    count, files = {}, {}
    for scheme, title, article, change, held, chosen, unknown, day, *articles in cases():
        n = count[scheme] = count.get(scheme, 0) + 1
        c = {"日期": day, "户": {"成员": [member(**change)]}, "在享": held, "申请": {"对象": "1", "选择": chosen}}
        others = {x["对象"] for x in held or []} - {"户", "1"}
        c["户"]["成员"] += [{"编号": o, "与申请人关系": "其他"} for o in sorted(others)]
        asked = [f for f in unknown if f != OBJECT]
        if chosen is None and "申请.选择" not in asked:
            asked.append("申请.选择")  # not stated is not known
        outcome, yuan, missing = decide(scheme, c, asked)
        for f in {*asked, *unknown}:
            drop(c, f)
        fen = round(yuan * 100)
        lines = [{"member": "1", "item": ITEM[scheme], "monthly_fen": fen}] if outcome == "eligible" else []
        what = f"{yuan:.2f}" if outcome == "eligible" else {"not_eligible": "nothing", "undecided": "depends on " + ", ".join(missing)}[outcome]
        files[(scheme, f"own-{n:03d}")] = {"id": f"{scheme}-own-{n:03d}", "scheme": scheme, "title_zh": title, "input": c,
            "expected": {"outcome": outcome, "monthly_fen": fen if outcome == "eligible" else 0, "once_fen": 0, "lines": lines, "missing": missing, **({"articles": articles} if articles else {})},
            "why": f"{article}: {what}", "confidence": "computed by tests/policies/person_schemes.py from the article"}
    return files

def folder(scheme):
    return next(PACKS.glob(f"*/matters/{scheme}")) / "cases"

def main():
    wrong = 0
    for (scheme, name), case in build().items():
        path = folder(scheme) / f"{name}.json"
        text = json.dumps(case, ensure_ascii=False, indent=1) + "\n"
        if "--check" in sys.argv:
            wrong += not path.exists() or path.read_text(encoding="utf-8") != text
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if wrong:
        sys.exit(f"{wrong} worked cases differ from what {sys.argv[0]} computes; run it without --check")

if __name__ == "__main__":
    main()
