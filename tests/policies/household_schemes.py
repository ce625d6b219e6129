#!/usr/bin/env python3
"""Worked cases of low-income families, destitute support and temporary assistance, computed from the articles, not by the engine.

The households are plain (everybody in them counts, no employment reward applies unless a case says so); who counts and what
is deducted is worked out by the cases of the subsistence allowance itself.

usage: household_schemes.py [--check]
"""
import copy, itertools, json, pathlib, sys
from decimal import Decimal as D

from subsistence import AREA, COUNTED, DIBAO, LOW, WAGE, aged, alive, cents, counted, destitute, eligible, local_person, on_day, property_ok, raw, severe, support

MATTERS = pathlib.Path(__file__).resolve().parents[2] / "packs/assistance/matters"

def fee(c):
    return support(c)[0]

def income(c):
    """What the counted members have and their supporters owe or pay, without rewards and deductions."""
    return raw(counted(c)) + fee(c)

def means(c):
    n = len(counted(c))
    return n > 0 and property_ok(c["户"], n, c["日期"])

def local(c):
    return any(local_person(m, c["日期"]) for m in counted(c))

def able(c):
    """A child fully able to support: 445号 十二(一)2."""
    return support(c)[1]

def on(c, who, *names):
    return any(b["待遇"] in names and b["对象"] in ("户", who) for b in c["在享"])

def low_income(c):  # 445号 十一
    day, n = c["日期"], len(counted(c))
    if any(b["待遇"] == "低保" and b["对象"] == "户" for b in c["在享"]) or eligible(c) or not local(c) or able(c) or not means(c):
        return None
    if income(c) >= on_day(LOW, day) * n or all(destitute(c, m) for m in counted(c)):
        return None
    return [{"member": m["编号"], "item": "生活补贴", "monthly_fen": cents(on_day(DIBAO, day) / 4)} for m in counted(c)
            if (not aged(m, 17, day) or m["在读"] in ("义务教育", "高中", "本科及以下")) and not any(b["待遇"] == "低保" and b["对象"] == m["编号"] for b in c["在享"])]

def tekun(c):  # 24号
    day = c["日期"]
    m = next(x for x in c["户"]["成员"] if x["编号"] == c["申请"].get("对象", "1"))
    if not local_person(m, day) or not alive(m, day) or m["不计入事由"] == "服刑":
        return None
    unable = (aged(m, 60, day) or not aged(m, 16, day)
              or any((d["类别"] in ("视力", "肢体") and d["等级"] <= 2) or (d["类别"] in ("智力", "精神") and d["等级"] <= 3) for d in m["残疾"])
              or (m["残疾"] and m["劳动能力"] in ("完全丧失", "大部分丧失"))
              or (on(c, m["编号"], "特困") and m["在读"] in ("义务教育", "高中")))
    nobody = not m["有法定赡养抚养扶养人"] or not m["法定义务人有履行能力"]
    paid = sum((D(str(s["实付金额"])) for s in c["户"]["赡养人家庭"]), D(0)) if m["有法定赡养抚养扶养人"] else D(0)
    people = counted(c)
    poor = raw(people) + paid < on_day(DIBAO, day) * len(people)
    orphan = m["儿童类别"] == "孤儿" or on(c, m["编号"], "困境儿童生活费")
    if not (unable and nobody and poor and means(c)) or orphan:
        return None
    share = {"全自理": D("0.2"), "半自理": D("0.4"), "不能自理": D("0.6")}[m["自理能力"]]
    return [{"member": m["编号"], "item": "基本生活费", "monthly_fen": cents(on_day(DIBAO, day) * 3 / 2)},
            {"member": m["编号"], "item": "照料护理费", "monthly_fen": cents(on_day(WAGE, day) * share)}]

def year_before(day):
    y, rest = int(day[:4]) - 1, day[4:]
    return f"{y}{'-02-28' if rest == '-02-29' else rest}"

def temporary(c):  # 86号
    day, a, h = c["日期"], c["申请"], c["户"]
    me = c["户"]["成员"][0]
    before = {b.get("事由") for b in c["在享"] if b["待遇"] == "临时救助" and b["对象"] in ("户", me["编号"]) and b["起"] > year_before(day)}
    if a["类型"] == "急难型":
        if not a["达到急难程度"] or a["急难事由"] in before or a["所需金额"] <= 0:
            return None
        if not local_person(me, day) and not (a["事发地"] == "本市" and a["需立即救助"]):
            return None
        sharing = len(counted(c)) or sum(alive(m, day) for m in h["成员"])
        fen = cents(min(D(str(a["所需金额"])), 3 * on_day(DIBAO, day) * sharing))
    else:
        spent = D(str(h["医疗自付"])) + D(str(h["教育支出"]))
        due = sum((D(str(h[f])) for f, cause in (("医疗自付", "医疗"), ("教育支出", "教育")) if cause not in before), D(0))  # 三: not the same cause twice
        if not local(c) or not means(c) or 12 * income(c) - spent >= 12 * on_day(LOW, day) * len(counted(c)):
            return None
        hard = on(c, me["编号"], "低保", "低收入", "特困")
        plus = D("0.1") if not hard and any(severe(m) for m in counted(c)) else D(0)
        floor, one, two = (2000, D("0.4"), D("0.5")) if hard else (5000, D("0.3") + plus, D("0.4") + plus)
        if due < floor:
            return None
        fen = cents(min(min(due, D(30000)) * one + max(D(0), due - 30000) * two, 24 * on_day(DIBAO, day)))
    return [{"member": None, "item": "临时救助金", "once_fen": fen}]

RULES = {"low_income": low_income, "tekun": tekun, "temporary": temporary}

# ---- completions ------------------------------------------------------------------------

BOOL = [False, True]
def domain(fact, day):
    s, n = int(on_day(DIBAO, day)), 3
    return {
        "户.货币财产": [0, 24 * s, 24 * s + 1, 24 * s * n, 24 * s * n + 1, 10**7], "户.住房": [[], [{"建筑面积": 200}, {"建筑面积": 200}]], **dict.fromkeys(("户.医疗自付", "户.教育支出"), [0, 1999, 2000, 4999, 5000, 30001, 10**6]),
        "户.机动车": [[], [{"用途": "生活"}], [{"用途": "残疾代步"}]], "成员.户籍": ["本市", "外埠"], "成员.自理能力": ["全自理", "半自理", "不能自理"],
        "成员.法定义务人有履行能力": BOOL, "成员.有法定赡养抚养扶养人": BOOL, "成员.劳动能力": ["有", "部分丧失", "大部分丧失", "完全丧失"], "申请.达到急难程度": BOOL, "申请.需立即救助": BOOL,
        "申请.事发地": ["本市", "外埠"], "申请.类型": ["急难型", "支出型"], "申请.所需金额": [0, 1, 3000, 3 * s * n, 3 * s * n + 1, 10**6], "成员.重大疾病": BOOL,
        "成员.在读": ["无", "学前", "义务教育", "高中", "本科及以下", "研究生"], "成员.出生日期": [f"{y}-{r}" for y in (1960, 1965, 2007, 2008, 2009, 2010) for r in ("03-17", "03-18", "03-19")],
        "在享": [[], [{"待遇": "低保", "对象": "户"}], [{"待遇": "低收入", "对象": "户"}], [{"待遇": "特困", "对象": "1"}]],
        "成员.收入": [[]] + [[{"类别": "工资性", "月金额": x}] for x in (1, s - 1, s, 2539, 2540, 3 * s, 7619, 7620, 10**6)],
    }[fact]

def place(c, fact):
    entity, _, name = fact.partition(".")
    target = {"户": c["户"], "成员": c["户"]["成员"][0], "申请": c["申请"]}[entity] if name else c
    return target, name or entity

def decide(scheme, c, unknown):
    answers = {}
    for values in itertools.product(*(domain(f, c["日期"]) for f in unknown)):
        x = copy.deepcopy(c)
        for f, v in zip(unknown, values):
            target, name = place(x, f)
            target[name] = v
        answers[tuple(json.dumps(v) for v in values)] = json.dumps(RULES[scheme](x), ensure_ascii=False)
    missing = {f for a in answers for i, f in enumerate(unknown) for v in domain(f, c["日期"]) if answers[a[:i] + (json.dumps(v),) + a[i + 1:]] != answers[a]}
    if missing:
        return "undecided", [], sorted(missing)
    lines = json.loads(next(iter(answers.values())))
    return ("not_eligible" if lines is None else "eligible"), lines or [], []

# ---- the cases -----------------------------------------------------------------------------

DAY = "2026-03-18"
def man(**change):
    m = {"编号": "1", "与申请人关系": "本人", "性别": "男", "出生日期": "1980-01-10", "户籍": "本市", "就学迁入集体户": False, "婚姻状况": "有配偶", "就业状态": "失业", "收入": [],
         "残疾": [], "重大疾病": False, "劳动能力": "有", "在读": "无", "单独抚养": False, "依靠兄弟姐妹或老人扶养": False, "特殊身份": [], "不计入事由": "无"}
    m.update(change)
    return m

def wife(**change):
    return man(**{"编号": "2", "与申请人关系": "配偶", "性别": "女", "出生日期": "1982-06-20", "就业状态": "无业", **change})

def kid(**change):
    return man(**{"编号": "3", "与申请人关系": "子女", "出生日期": "2014-04-11", "婚姻状况": "未婚", "就业状态": "学生", "在读": "义务教育", **change})

def pay(yuan, kind="工资性"):
    return [{"类别": kind, "月金额": yuan}]

def d(kind, grade):
    return [{"类别": kind, "等级": grade}]

def home(members, **change):
    return {"成员": members, "货币财产": 3000, "机动车": [], "住房": [{"建筑面积": 50, "性质": "自有", "用途": "自住"}], "工商登记": [], "赡养人家庭": [], **change}

def supporter(**change):
    return {"关系": "赡养", "人数": 2, "月收入": 9000, "住房套数": 1, "人均住房面积": 25, "人均财产": 20000, "有重病重残成员": False, "在享救助": False, "应赡养家庭数": 1,
            "文书金额": 0, "实付金额": 0, **change}

def b(name, who="户", **more):
    return {"待遇": name, "对象": who, "起": "2020-01-01", **more}

def two_homes(area):
    return [{"建筑面积": area, "性质": "自有", "用途": "自住"}, {"建筑面积": 0, "性质": "自有", "用途": "出租"}]

def low_cases():
    three = lambda yuan, **k: home([man(就业状态="退休", 收入=pay(yuan, "养老金")), wife(), kid()], **k)
    yield from (
        ("人均恰等于标准", "445号 十一(一)", three(7620), [], (), DAY),
        ("人均比标准少一分之和", "445号 十一(一)", three(7619.99), [], (), DAY),
        ("人均恰等于低保标准，不是低保", "445号 二(一)、十一(一)", three(4350), [], (), DAY),
        ("人均比低保标准少一元，应申请低保", "445号 十一(一)", three(4349), [], (), DAY),
        ("整户享受低保", "445号 十一(一)", three(6000), [b("低保")], (), DAY),
        ("只有孩子单独享受低保，家庭仍可认定，不重复发", "445号 十一(一)(三)", three(6000), [b("低保", "3", 月金额=1450)], (), DAY),
        ("享受其他待遇不影响", "445号 十一(一)", three(6000), [b("临时救助", 事由="医疗"), b("高龄津贴", "2")], (), DAY),
        ("残疾补贴不计入收入", "445号 十一、434号 三4", home([man(就业状态="退休", 收入=pay(7000, "养老金") + pay(2000, "残疾补贴")), wife(), kid()]), [], (), DAY),
        ("职工不扣就业奖励", "445号 十一(二)", home([man(就业状态="在职职工", 收入=pay(7620)), wife(), kid()]), [], (), DAY),
        ("职工未扣奖励刚好低于标准", "445号 十一(二)", home([man(就业状态="在职职工", 收入=pay(7600)), wife(), kid()]), [], (), DAY),
        ("扣奖励后符合低保的，应申请低保", "445号 十一(一)", home([man(就业状态="在职职工", 收入=pay(5500)), wife(), kid()]), [], (), DAY),
        ("重病家庭核减后符合低保", "445号 十(一)1、十一(一)", home([man(就业状态="退休", 收入=pay(5700, "养老金")), wife(重大疾病=True), kid()]), [], (), DAY),
        ("重病家庭不因核减而成低收入", "445号 十一(二)", home([man(就业状态="退休", 收入=pay(7620, "养老金")), wife(重大疾病=True), kid()]), [], (), DAY),
        ("计入赡养费后超过", "445号 十二(一)3", home([man(出生日期="1955-01-01", 就业状态="退休", 收入=pay(1600, "养老金"), 婚姻状况="丧偶")], 赡养人家庭=[supporter(月收入=10000)]), [], (), DAY),
        ("计入赡养费后仍低于", "445号 十二(一)3", home([man(出生日期="1955-01-01", 就业状态="退休", 收入=pay(1600, "养老金"), 婚姻状况="丧偶")], 赡养人家庭=[supporter(月收入=8000)]), [], (), DAY),
        ("实付高于核算", "445号 十二", home([man(出生日期="1955-01-01", 就业状态="退休", 收入=pay(1600, "养老金"), 婚姻状况="丧偶")], 赡养人家庭=[supporter(月收入=3000, 实付金额=940)]), [], (), DAY),
        ("十六岁满17周岁前一日，不在读", "445号 十一(三)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(出生日期="2009-03-19", 在读="无", 就业状态="无业")]), [], (), DAY),
        ("满17周岁当日，不在读", "445号 十一(三)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(出生日期="2009-03-18", 在读="无", 就业状态="无业")]), [], (), DAY),
        ("高中生", "445号 十一(三)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(出生日期="2009-01-01", 在读="高中")]), [], (), DAY),
        ("研究生不发", "445号 十一(三)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(出生日期="2001-01-01", 在读="研究生")]), [], (), DAY),
        ("学龄前也发", "445号 十一(三)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(出生日期="2023-01-01", 在读="无", 就业状态="学龄前")]), [], (), DAY),
        ("货币财产等于限额", "445号 十一(一)", three(6000, 货币财产=104400), [], (), DAY),
        ("货币财产超过限额一元", "445号 十一(一)", three(6000, 货币财产=104401), [], (), DAY),
        ("认缴资本计入货币财产", "445号 十一(一)", three(6000, 工商登记=[{"认缴资本": 200000, "存续": True}]), [], (), DAY),
        ("已注销的企业不计", "445号 十一(一)", three(6000, 工商登记=[{"认缴资本": 200000, "存续": False}]), [], (), DAY),
        ("生活用车", "445号 十一(一)", three(6000, 机动车=[{"用途": "生活", "价值": 30000}]), [], (), DAY),
        ("残疾代步车", "445号 十一(一)", three(6000, 机动车=[{"用途": "残疾代步", "价值": 9000}]), [], (), DAY),
        ("两套住房，面积不小", "445号 十一(一)", three(6000, 住房=[{"建筑面积": 60, "性质": "自有", "用途": "自住"}, {"建筑面积": 60, "性质": "自有", "用途": "出租"}]), [], (), DAY),
        ("两套住房，面积小于平均", "445号 十一(一)", three(6000, 住房=[{"建筑面积": 40, "性质": "自有", "用途": "自住"}, {"建筑面积": 40, "性质": "自有", "用途": "出租"}]), [], (), DAY),
        ("全家外埠", "445号 十一(一)", home([man(户籍="外埠", 居住证=True, 就业状态="退休", 收入=pay(2000, "养老金"))]), [], (), DAY),
        ("2018年的标准", "445号 十一(一)", three(5999), [], (), "2018-06-01"),
        ("最低工资调整首日", "445号 十一(一)", three(7500), [], (), "2025-09-01"),
        ("最低工资调整前一日", "445号 十一(一)", three(7500), [], (), "2025-08-31"),
        ("货币财产未知", "445号 十一(一)", three(6000), [], ("户.货币财产",), DAY),
        ("在享未知", "445号 十一(一)", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid(儿童类别="无")]), None, ("在享",), DAY),
        ("收入已超过，财产未知不影响", "445号 十一(一)", three(9000), [], ("户.货币财产", "户.机动车"), DAY),
        ("有完全赡养能力的子女", "445号 十二(一)2", home([man(出生日期="1955-01-01", 就业状态="退休", 收入=pay(1600, "养老金"))], 赡养人家庭=[supporter(月收入=0, 人均财产=10 ** 6)]), [], (), DAY),
        ("外埠配偶没有居住证，不计入", "445号 十一(一)", home([man(就业状态="退休", 收入=pay(3000, "养老金")), wife(户籍="外埠", 居住证=False), kid()]), [], (), DAY),
        ("外埠配偶有居住证，计入", "445号 十一(一)第二款", home([man(就业状态="退休", 收入=pay(5500, "养老金")), wife(户籍="外埠", 居住证=True), kid()]), [], (), DAY),
        ("服刑的子女不计入", "445号 二(六)4", home([man(就业状态="退休", 收入=pay(5500, "养老金")), wife(), kid(不计入事由="服刑")]), [], (), DAY),
        ("两套住房，人均恰为平均面积", "445号 十一(一)", three(6000, 住房=two_homes(97.62)), [], (), DAY),
        ("配偶是特困人员，仍按三人计算", "445号 十一(一)、二(五)", three(5000), [b("特困", "2")], (), DAY),
        ("单身的特困人员", "445号 十一(一)；24号 第二十八条", home([man(婚姻状况="未婚")]), [b("特困", "1")], (), DAY, ("445号 十一(一)；24号 第二十八条；173号 二(二)",)),
        ("外埠的单身特困人员", "445号 十一(一)", home([man(婚姻状况="未婚", 户籍="外埠")]), [b("特困", "1")], (), DAY),
        ("配偶是特困人员，不计他仍不低于低保标准", "445号 十一(一)", three(2900), [b("特困", "2")], (), DAY),
        ("配偶是特困人员，不计他低于低保标准的，应申请低保", "445号 十一(一)、24号 第二十八条", three(2899), [b("特困", "2")], (), DAY),
        *((f"配偶{born}出生，子女家庭有完全赡养能力", "445号 十二(一)2", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(出生日期=born), kid()], 赡养人家庭=[supporter(月收入=0, 人均财产=10 ** 6)]),
           [], (), DAY) for born in ("1966-03-18", "1966-03-19")),
        ("四十七岁，子女家庭有完全赡养能力，按公式计入", "445号 十二(一)2、3", home([man(出生日期="1979-01-01", 婚姻状况="未婚", 就业状态="退休", 收入=pay(1600, "养老金"))], 赡养人家庭=[supporter(月收入=0, 人均财产=10 ** 6)]), [], (), DAY),
        ("子女家庭有完全赡养能力，本人出生日期未知", "445号 十二(一)2", home([man(就业状态="退休", 收入=pay(6000, "养老金")), wife(), kid()], 赡养人家庭=[supporter(月收入=0, 人均财产=10 ** 6)]), [], ("成员.出生日期",), DAY),
        ("祖父和领取生活费的孤儿，不计孤儿仍不低于低保标准，照计两人", "445号 十一(一)；173号 二(二)", orphaned(2000), [b("困境儿童生活费", "3")], (), DAY),
        ("祖父和领取生活费的孤儿，不计孤儿低于低保标准的，应申请低保", "445号 十一(一)；173号 二(二)", orphaned(1449), [b("困境儿童生活费", "3")], (), DAY),
        ("祖父和没有领取生活费的孤儿", "445号 十一(一)", orphaned(3000), [], (), DAY),
        ("单独一户的孤儿，领取生活费", "445号 十一(一)；173号 二(二)", home([kid(编号="1", 与申请人关系="本人", 儿童类别="孤儿")]), [b("困境儿童生活费", "1")], (), DAY, ("445号 十一(一)；24号 第二十八条；173号 二(二)",)),
    )

def orphaned(yuan):
    return home([man(出生日期="1955-01-01", 婚姻状况="丧偶", 就业状态="退休", 收入=pay(yuan, "养老金")), kid(与申请人关系="孙子女", 儿童类别="孤儿")])

def old(**change):
    return man(**{"出生日期": "1950-02-02", "婚姻状况": "未婚", "就业状态": "无业", "有法定赡养抚养扶养人": False, "法定义务人有履行能力": False, "自理能力": "全自理", "儿童类别": "无", **change})

def tekun_cases():
    one = lambda h=None, **k: home([old(**k)], **(h or {}))
    yield from (
        ("不能自理", "24号 第十七条(二)", one(自理能力="不能自理"), [], (), DAY),
        ("半自理", "24号 第十七条(二)", one(自理能力="半自理"), [], (), DAY),
        ("满60周岁当日", "24号 第七条(一)", one(出生日期="1966-03-18"), [], (), DAY),
        ("差一日60周岁", "24号 第七条(一)", one(出生日期="1966-03-19"), [], (), DAY),
        ("差一日16周岁", "24号 第七条(二)", one(出生日期="2010-03-19", 在读="义务教育", 就业状态="学生"), [], (), DAY),
        ("满16周岁当日，第一次申请", "24号 第七条(二)", one(出生日期="2010-03-18", 在读="高中", 就业状态="学生"), [], (), DAY),
        ("满16周岁，正在享受，高中", "24号 第十五条", one(出生日期="2010-03-18", 在读="高中", 就业状态="学生"), [b("特困", "1")], (), DAY),
        ("十九岁，正在享受，高中", "24号 第十五条", one(出生日期="2007-03-01", 在读="高中", 就业状态="学生"), [b("特困", "1")], (), DAY),
        ("十七岁，正在享受，不在读", "24号 第十五条", one(出生日期="2009-03-01"), [b("特困", "1")], (), DAY),
        ("二十岁，正在享受，本科", "24号 第十五条", one(出生日期="2006-03-01", 在读="本科及以下", 就业状态="学生"), [b("特困", "1")], (), DAY),
        *((f"四十岁，{k}{g}级", "24号 第七条(三)", one(出生日期="1986-01-01", 残疾=d(k, g)), [], (), DAY) for k, g in (("视力", 2), ("视力", 3), ("肢体", 2), ("智力", 3), ("智力", 4), ("精神", 1), ("听力", 1), ("言语", 1))),
        ("四十岁，听力三级，鉴定大部分丧失", "24号 第七条(四)", one(出生日期="1986-01-01", 残疾=d("听力", 3), 劳动能力="大部分丧失"), [], (), DAY),
        ("四十岁，听力三级，部分丧失", "24号 第七条(四)", one(出生日期="1986-01-01", 残疾=d("听力", 3), 劳动能力="部分丧失"), [], (), DAY),
        ("四十岁，没有残疾证，完全丧失", "24号 第七条(四)", one(出生日期="1986-01-01", 劳动能力="完全丧失"), [], (), DAY),
        ("有义务人但无能力", "24号 第六条(三)", one(有法定赡养抚养扶养人=True), [], (), DAY),
        ("有义务人有能力", "24号 第六条(三)", one(有法定赡养抚养扶养人=True, 法定义务人有履行能力=True), [], (), DAY),
        ("收入比低保标准少一分", "24号 第八条", one(收入=pay(1449.99, "养老金"), 就业状态="退休"), [], (), DAY),
        ("收入等于低保标准", "24号 第八条", one(收入=pay(1450, "养老金"), 就业状态="退休"), [], (), DAY),
        ("养老补贴津贴不计入收入", "24号 第八条", one(收入=pay(1400, "养老金") + pay(500, "养老补贴津贴"), 就业状态="退休"), [], (), DAY),
        ("义务人无能力，实付计入", "24号 第八条", one({"赡养人家庭": [supporter(月收入=3000, 实付金额=1450)]}, 有法定赡养抚养扶养人=True), [], (), DAY),
        ("货币财产超过", "24号 第八条", one({"货币财产": 34801}), [], (), DAY),
        ("货币财产等于限额", "24号 第八条", one({"货币财产": 34800}), [], (), DAY),
        ("有生活用车", "24号 第八条", one({"机动车": [{"用途": "生活", "价值": 100}]}), [], (), DAY),
        ("外埠", "24号 第六条", one(户籍="外埠"), [], (), DAY),
        ("上月迁出", "24号 第六条", one(户籍="外埠", 迁出本市日期="2026-02-01"), [b("特困", "1")], (), DAY),
        ("上月去世", "24号 第十五条", one(死亡日期="2026-02-01"), [b("特困", "1")], (), DAY),
        ("服刑", "24号 第十五条", one(不计入事由="服刑"), [], (), DAY),
        ("孤儿", "24号 第二十八条", one(出生日期="2014-01-01", 在读="义务教育", 就业状态="学生", 儿童类别="孤儿"), [], (), DAY),
        ("领取困境儿童生活费", "24号 第二十八条", one(出生日期="2014-01-01", 在读="义务教育", 就业状态="学生"), [b("困境儿童生活费", "1")], (), DAY),
        ("在享低保可以转入", "24号 第二十八条", one(), [b("低保", "1", 月金额=1812.5)], (), DAY),
        ("高龄津贴不影响", "24号 第二十八条", one(出生日期="1940-01-01"), [b("高龄津贴", "1")], (), DAY),
        ("2018年的标准", "24号 第十七条", one(), [], (), "2018-08-31"),
        ("最低工资调整首日", "24号 第十七条(二)", one(), [], (), "2018-09-01"),
        ("最低工资调整前", "24号 第十七条(二)", one(), [], (), "2025-08-31"),
        ("自理能力未知", "24号 第十七条(二)", one(), [], ("成员.自理能力",), DAY),
        ("自理能力未知但不符合，不影响", "24号 第六条", one(户籍="外埠"), [], ("成员.自理能力",), DAY),
        ("有没有义务人未知", "24号 第六条(三)", one(法定义务人有履行能力=True), [], ("成员.有法定赡养抚养扶养人",), DAY),
        ("劳动能力未知，满60周岁不影响", "24号 第七条(一)", one(), [], ("成员.劳动能力",), DAY),
        ("劳动能力未知，听力残疾", "24号 第七条(四)", one(出生日期="1986-01-01", 残疾=d("听力", 3)), [], ("成员.劳动能力",), DAY),
        ("货币财产未知", "24号 第八条", one(), [], ("户.货币财产",), DAY),
        *((f"与配偶同住，{what}", "24号 第六条、第十五条", home([old(**k), wife(出生日期="1952-01-01")]), [], (), DAY)
          for what, k in (("当日去世", {"死亡日期": DAY}), ("次日去世", {"死亡日期": "2026-03-19"}), ("本月迁出", {"户籍": "外埠", "迁出本市日期": "2026-03-01"}), ("当日迁出", {"迁出本市日期": DAY}),
                           ("次日迁出", {"迁出本市日期": "2026-03-19"}), ("服刑", {"不计入事由": "服刑"}), ("宣告失踪", {"不计入事由": "宣告失踪"}), ("外埠", {"户籍": "外埠", "居住证": True}))),
        *((f"{day[:4]}年的最低工资，半自理", "24号 第十七条(二)", one(自理能力="半自理"), [], (), day) for day in ("2016-09-01", "2020-01-01", "2022-01-01")),
        ("2016年，差一日16周岁", "24号 第七条(二)", one(出生日期="2000-03-19", 在读="义务教育", 就业状态="学生"), [], (), "2016-03-18"),
        *((f"两套住房共{area}平方米", "24号 第八条", {**one(), "住房": two_homes(area)}, [], (), DAY) for area in (32.54, 32.53)),
        *((f"{what}，已纳入特困，定期复核", "24号 第八条、第十四条", home([old(), old(编号="2", 与申请人关系="兄弟姐妹", 收入=pay(income, "养老金"))]), [b("特困", who)], (), DAY)
          for what, who, income in (("本人", "1", 0), ("同住的兄弟", "2", 0), ("同住的兄弟有养老金2899元", "2", 2899), ("同住的兄弟有养老金2900元", "2", 2900))),
        ("没有写明对象的，审查本人", "24号 第六条", home([old(), old(编号="2", 与申请人关系="兄弟姐妹", 户籍="外埠", 居住证=False)]), [], (), DAY),
    )

def temporary_cases():
    spend = lambda medical, school=0, income=6000, **k: home([man(就业状态="在职职工", 收入=pay(income)), wife(), kid()], 医疗自付=medical, 教育支出=school, **k)
    costly = {"类型": "支出型"}
    fire = lambda need, **k: {"类型": "急难型", "急难事由": "火灾", "所需金额": need, "达到急难程度": True, "事发地": "本市", "需立即救助": True, **k}
    quiet = home([man(就业状态="在职职工", 收入=pay(9000)), wife(), kid()], 医疗自付=0, 教育支出=0)
    dibao = [b("低保")]
    yield from (
        *((f"低保，支出{x}", "86号 三(二)1", spend(x, income=2000), dibao, (), DAY, costly) for x in (1999, 1999.99, 2000, 30000, 30001, 75600, 75602, 200000)),
        *((f"其他家庭，支出{x}", "86号 三(二)2", spend(x), [], (), DAY, costly) for x in (4999, 5000, 30000, 30001, 94500, 94505, 300000)),
        *((f"其他家庭有重度残疾人，支出{x}", "86号 三(二)2", home([man(就业状态="在职职工", 收入=pay(6000)), wife(残疾=d("听力", 2)), kid()], 医疗自付=x, 教育支出=0), [], (), DAY, costly) for x in (4999, 20000, 40000)),
        ("有残疾人但不是重度", "86号 三(二)2", home([man(就业状态="在职职工", 收入=pay(6000)), wife(残疾=d("听力", 3)), kid()], 医疗自付=20000, 教育支出=0), [], (), DAY, costly),
        ("低保家庭有重度残疾人不再增加", "86号 三(二)1", home([man(收入=pay(1000)), wife(残疾=d("听力", 2)), kid()], 医疗自付=20000, 教育支出=0), dibao, (), DAY, costly),
        ("医疗教育相加", "86号 一(二)", spend(3000, 2500), [], (), DAY, costly),
        ("扣除支出后等于低收入标准", "86号 一(二)1", spend(8640, income=8340), [], (), DAY, costly),
        ("多一元支出就低于标准", "86号 一(二)1", spend(8641, income=8340), [], (), DAY, costly),
        ("货币财产超过", "86号 一(二)2", spend(20000, 货币财产=104401), [], (), DAY, costly),
        ("外埠家庭不适用支出型", "86号 一(二)", home([man(户籍="外埠", 收入=pay(1000))], 医疗自付=20000, 教育支出=0), [], (), DAY, costly),
        ("半年前因医疗领过", "86号 三", spend(20000), [b("临时救助", 事由="医疗") | {"起": "2025-09-18"}], (), DAY, costly),
        ("一年前当日因医疗领过", "86号 三", spend(20000), [b("临时救助", 事由="医疗") | {"起": "2025-03-18"}], (), DAY, costly),
        ("差一日满一年", "86号 三", spend(20000), [b("临时救助", 事由="医疗") | {"起": "2025-03-19"}], (), DAY, costly),
        ("去年因教育领过，这次只有医疗", "86号 三", spend(20000), [b("临时救助", 事由="教育") | {"起": "2025-09-18"}], (), DAY, costly),
        ("别的成员因医疗领过", "86号 三", spend(20000), [b("临时救助", "3", 事由="医疗") | {"起": "2025-09-18"}], (), DAY, costly),
        ("火灾，所需低于上限", "86号 三(一)", quiet, [], (), DAY, fire(8000)),
        ("火灾，所需等于上限", "86号 三(一)", quiet, [], (), DAY, fire(13050)),
        ("火灾，所需超过上限", "86号 三(一)", quiet, [], (), DAY, fire(13051)),
        ("没有达到急难程度", "86号 一(一)", quiet, [], (), DAY, fire(8000, 达到急难程度=False)),
        ("重病", "86号 一(一)2", quiet, [], (), DAY, fire(8000, 急难事由="重病")),
        ("半年前因火灾领过", "86号 三", quiet, [b("临时救助", 事由="火灾") | {"起": "2025-09-18"}], (), DAY, fire(8000)),
        ("半年前因交通事故领过", "86号 三", quiet, [b("临时救助", 事由="交通事故") | {"起": "2025-09-18"}], (), DAY, fire(8000)),
        ("外埠人员在本市遇险", "86号 一(一)第二款", home([man(户籍="外埠")], 医疗自付=0, 教育支出=0), [], (), DAY, fire(8000)),
        ("外埠人员，不需立即救助", "86号 一(一)第二款", home([man(户籍="外埠")], 医疗自付=0, 教育支出=0), [], (), DAY, fire(8000, 需立即救助=False)),
        ("外埠人员在外埠遇险", "86号 一(一)第二款", home([man(户籍="外埠")], 医疗自付=0, 教育支出=0), [], (), DAY, fire(8000, 事发地="外埠")),
        ("本市户籍在外埠遇险", "86号 一(一)", quiet, [], (), DAY, fire(8000, 事发地="外埠", 需立即救助=False)),
        ("2021年的上限", "86号 三(一)", quiet, [], (), "2021-06-30", fire(99999)),
        ("2021年7月的上限", "86号 三(一)", quiet, [], (), "2021-07-01", fire(99999)),
        ("急难程度未知", "86号 一(一)", quiet, [], ("申请.达到急难程度",), DAY, fire(8000)),
        ("所需金额未知", "86号 三(一)", quiet, [], ("申请.所需金额",), DAY, fire(8000)),
        ("类型未知", "86号 一", quiet, [], ("申请.类型",), DAY, fire(8000)),
        ("医疗自付未知", "86号 三(二)", spend(20000), [], ("户.医疗自付",), DAY, costly),
        ("在享未知", "86号 三(二)", spend(20000), None, ("在享",), DAY, costly),
        ("急难型不看财产，财产未知不影响", "86号 一(一)", quiet, [], ("户.货币财产",), DAY, fire(8000)),
        *((f"因火灾领过，{day}", "86号 三", quiet, [b("临时救助", 事由="火灾") | {"起": day}], (), DAY, fire(8000)) for day in ("2024-09-18", "2025-03-18", "2025-03-19")),
        *((f"因{cause}领过，{day}，对象{who}，医疗{medical}教育{school}", "86号 三", spend(medical, school), [b("临时救助", who, 事由=cause) | {"起": day}], (), DAY, costly)
          for cause, day, who, medical, school in (("教育", "2025-09-18", "户", 0, 20000), ("教育", "2025-09-18", "1", 0, 20000), ("教育", "2025-09-18", "3", 0, 20000), ("教育", "2025-03-18", "户", 0, 20000),
              ("教育", "2025-03-19", "户", 0, 20000), ("教育", "2024-09-18", "户", 0, 20000), ("教育", "2025-09-18", "户", 20000, 0.5), ("医疗", "2025-09-18", "户", 0.5, 20000), ("医疗", "2025-09-18", "户", 0, 20000), ("医疗", "2024-09-18", "户", 20000, 0))),
        ("在享其他待遇，不是临时救助", "86号 三", spend(0, 20000), [b("困难残疾人生活补贴", 事由="教育") | {"起": "2025-09-18"}], (), DAY, costly),
        *((f"因{cause}领过，这次火灾", "86号 三", spend(20000, 20000), [b("临时救助", 事由=cause) | {"起": "2025-09-18"}], (), DAY, fire(8000)) for cause in ("医疗", "教育")),
        ("没有达到急难程度的理由", "86号 一(一)", quiet, [], (), DAY, fire(8000, 达到急难程度=False), ("86号 一(一)",)),
        ("外埠配偶不计入，按一人", "86号 三(一)", home([man(), wife(户籍="外埠", 居住证=False)], 医疗自付=0, 教育支出=0), [], (), DAY, fire(99999)),
        ("外埠两人，一人当日去世", "86号 三(一)", home([man(户籍="外埠"), wife(户籍="外埠", 居住证=False, 死亡日期=DAY)], 医疗自付=0, 教育支出=0), [], (), DAY, fire(99999)),
        ("外埠两人，一人次日去世", "86号 三(一)", home([man(户籍="外埠"), wife(户籍="外埠", 居住证=False, 死亡日期="2026-03-19")], 医疗自付=0, 教育支出=0), [], (), DAY, fire(99999)),
        ("当日迁出，不需立即救助", "86号 一(一)第二款", home([man(迁出本市日期=DAY)], 医疗自付=0, 教育支出=0), [], (), DAY, fire(8000, 需立即救助=False)),
        ("次日迁出", "86号 一(一)", home([man(迁出本市日期="2026-03-19")], 医疗自付=0, 教育支出=0), [], (), DAY, fire(8000, 需立即救助=False)),
        *((f"工资和养老金，医疗支出{x}", "86号 一(二)1", home([man(就业状态="在职职工", 收入=pay(6340) + pay(2000, "养老金")), wife(), kid()], 医疗自付=x, 教育支出=0), [], (), DAY, costly) for x in (8640, 8641)),
        *((f"收入和赡养费，医疗支出{x}", "86号 一(二)1", home([man(就业状态="在职职工", 收入=pay(6340)), wife(), kid()], 医疗自付=x, 教育支出=0, 赡养人家庭=[supporter(文书金额=2000)]), [], (), DAY, costly) for x in (8640, 8641)),
        ("特困人员，支出3000元", "86号 三(二)1", home([man(就业状态="无业")], 医疗自付=3000, 教育支出=0), [b("特困", "1")], (), DAY, costly),
        ("困补不是困难对象，支出3000元", "86号 三(二)2", home([man(就业状态="无业")], 医疗自付=3000, 教育支出=0), [b("困补", "1")], (), DAY, costly, ("86号 三(二)2",)),
        ("2018年，支出4999元", "86号 三(二)2", spend(4999, income=3000), [], (), "2018-03-18", costly),
        ("2018年，十一个半月前领过", "86号 三", quiet, [b("临时救助", 事由="火灾") | {"起": "2017-04-03"}], (), "2018-03-18", fire(8000)),
        ("低保，支出不足起付线的理由", "86号 三(二)1", spend(1999, income=2000), dibao, (), DAY, costly, ("86号 三(二)1",)),
        *((f"两套住房共{area}平方米", "86号 一(二)2", home([man(就业状态="无业")], 住房=two_homes(area), 医疗自付=20000, 教育支出=0), [], (), DAY, costly) for area in (32.54, 32.53)),
        *((f"因{cause}领过，低保，医疗{medical}教育{school}", "86号 三", spend(medical, school, income=2000), [b("低保"), b("临时救助", 事由=cause) | {"起": "2025-09-18"}], (), DAY, costly, *articles)
          for cause, medical, school, *articles in (("医疗", 5000, 3000, ("86号 三", "86号 三(二)1")), ("教育", 5000, 3000, ("86号 三",)), ("医疗", 5000, 1999), ("教育", 2000, 9000), ("医疗", 9000, 40000), ("医疗", 20000, 0, ("86号 三",)), ("教育", 0, 20000, ("86号 三",)))),
        *((f"因医疗领过，扣除全部支出看收入，医疗{medical}教育5000", "86号 一(二)1、三", spend(medical, 5000, income=8340), [b("临时救助", 事由="医疗") | {"起": "2025-09-18"}], (), DAY, costly) for medical in (3640, 3641)),
        ("医疗教育都领过", "86号 三", spend(5000, 20000), [b("临时救助", 事由="医疗") | {"起": "2025-09-18"}, b("临时救助", "1", 事由="教育") | {"起": "2025-10-18"}], (), DAY, costly, ("86号 三",)),
        ("因医疗领过，教育支出未知", "86号 三", spend(5000, 3000, income=2000), [b("低保"), b("临时救助", 事由="医疗") | {"起": "2025-09-18"}], ("户.教育支出",), DAY, costly),
        ("火灾，所需金额为0", "86号 三(一)", quiet, [], (), DAY, fire(0), ("86号 三(一)",)),
        ("火灾，所需一分", "86号 三(一)", quiet, [], (), DAY, fire(0.01)),
        *((f"低保，支出{x}，到24个月低保标准的上限", "86号 三(二)1", spend(x, income=2000), dibao, (), DAY, costly) for x in (75599.98, 75600.02)),
        *((f"低保一人，24个月低保标准不随人数变，支出{x}", "86号 三(二)1", home([man()], 医疗自付=x, 教育支出=0), dibao, (), DAY, costly) for x in (75599, 90000)),
        ("有重度残疾人的其他家庭，金额到上限", "86号 三(二)2", home([man(就业状态="在职职工", 收入=pay(6000)), wife(残疾=d("听力", 2)), kid()], 医疗自付=75601, 教育支出=0), [], (), DAY, costly),
        ("2020年6月的24个月低保标准", "86号 三(二)2", spend(200000, income=3000), [], (), "2020-06-30", costly),
        ("2020年7月的24个月低保标准", "86号 三(二)2", spend(200000, income=3000), [], (), "2020-07-01", costly),
    )

def build():
    files = {}
    rows = [("low_income", *c[:6], {}, *c[6:]) for c in low_cases()] + [("tekun", *c, {}) for c in tekun_cases()] + [("temporary", *c) for c in temporary_cases()]
    count = {}
    for scheme, title, article, house, held, unknown, day, application, *articles in rows:
        n = count[scheme] = count.get(scheme, 0) + 1
        c = copy.deepcopy({"日期": day, "户": house, "在享": held, "申请": application})
        outcome, lines, missing = decide(scheme, c, unknown)
        for f in unknown:
            target, name = place(c, f)
            target.pop(name, None)
        once, monthly = (sum(l.get(k, 0) for l in lines) for k in ("once_fen", "monthly_fen"))
        what = f"{(once or monthly) / 100:.2f}" if outcome == "eligible" else {"not_eligible": "nothing", "undecided": "depends on " + ", ".join(missing)}[outcome]
        files[(scheme, f"own-{n:03d}.json")] = {"id": f"{scheme}-own-{n:03d}", "scheme": scheme, "title_zh": title, "input": c,
            "expected": {"outcome": outcome, "monthly_fen": monthly, "once_fen": once, "lines": lines, "missing": missing, **({"articles": list(articles[0])} if articles else {})},
            "why": f"{article}: {what}", "confidence": "computed by tests/policies/household_schemes.py from the article"}
    return files

def main():
    wrong = 0
    for (scheme, name), case in build().items():
        path = MATTERS / scheme / "cases" / name
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
