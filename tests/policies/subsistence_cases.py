#!/usr/bin/env python3
"""Worked cases of the subsistence allowance at every figure and every kind of fact, computed by subsistence.py beside this.

Each says which articles its reasons must name, so that a rule that only explains is held too.

usage: subsistence_cases.py [--check]      writes packs/assistance/matters/dibao/cases/figure-*.json; --check compares only
"""
import copy, datetime, json, sys

from household_schemes import home, kid, man, old, pay, supporter, wife
from subsistence import AREA, CASES, DIBAO, LOW, SPENDING, WORKING, dibao, earlier, on_day, total

DAY = "2026-03-18"
ABLE = "445号 十二(一)2"
KINDS = (("优待抚恤", "445号 二(七)；京医保发〔2023〕9号 二(二)(1)"), ("残疾补贴", "京民福发〔2016〕434号"), ("养老补贴津贴", "京民养老发〔2019〕160号 7"),
         ("奖助学金", "445号 二(七)；京医保发〔2023〕9号 二(二)(5)"), ("一次性", "445号 二(七)；京医保发〔2023〕9号 二(二)(2)(4)"))

def in_force(rows, i):
    """The last day before the next figure; of the last figure, a day before every figure's review."""
    return earlier_day(rows[i + 1][0]) if i + 1 < len(rows) else max(DAY, rows[i][0])

def earlier_day(day):
    return str(datetime.date.fromisoformat(day) - datetime.timedelta(days=1))

def day_after(day):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))

def parent(**x):
    return home([old(**{"重大疾病": False})], 赡养人家庭=[supporter(月收入=0, **x)])

# When women born before 1970-01, in 1970-01 to 04, in 05 to 08 and so on begin to reach 55 years and 0, 1, 2 … months (决定 of 2024-09-13).
TURNS = ("2016-01-01", "2025-02-01", "2025-07-01", "2025-12-01", "2026-05-01", "2026-10-01", "2027-03-01", "2027-08-01")

def women(*born):
    return home([wife(与申请人关系=("本人", "兄弟姐妹")[i], 编号=str(i + 1), 出生日期=b) for i, b in enumerate(born)])

def cases():
    for i, (_, yuan) in enumerate(SPENDING):
        day = in_force(SPENDING, i)
        yield f"子女家庭人均财产恰为{day[:4]}年所用消费支出的3倍", parent(人均财产=3 * yuan), day, ()
        yield f"子女家庭人均财产比{day[:4]}年所用消费支出的3倍多一元", parent(人均财产=3 * yuan + 1), day, (ABLE,)
    for i, (_, area) in enumerate(AREA):
        day, a = in_force(AREA, i), float(area)
        yield f"子女家庭两套住房，人均面积恰为{day[:4]}年所用平均数", parent(住房套数=2, 人均住房面积=a), day, (ABLE,)
        yield f"子女家庭两套住房，人均面积比{day[:4]}年所用平均数少0.01", parent(住房套数=2, 人均住房面积=round(a - 0.01, 2)), day, ()
        two = [{"建筑面积": a, "性质": "自有", "用途": "自住"}, {"建筑面积": 0, "性质": "自有", "用途": "闲置"}]
        yield f"两套住房，人均恰为{day[:4]}年所用平均数", home([man()], 住房=two), day, ("445号 二(一)；京政办发〔2018〕45号",)
        yield f"两套住房，人均比{day[:4]}年所用平均数少0.01", home([man()], 住房=[{**two[0], "建筑面积": round(a - 0.01, 2)}, two[1]]), day, ()
    for delay in range(len(TURNS)):
        day = earlier_day((*TURNS, "2028-01-01")[delay + 1])
        born = str(datetime.date(1970 + delay * 4 // 12, delay * 4 % 12 + 1, 1))
        yield f"{day}，{earlier_day(born)}以前出生的女性已达到退休年龄，{born}出生的未达到", women(earlier_day(born), born), day, ("445号 十(二)2",)
    for kind, article in KINDS:
        yield f"{kind}不计入收入", home([man(就业状态="退休", 收入=pay(9000, kind) + pay(700, "养老金"))]), DAY, (article,)
    yield from rewards()
    for n, yuan in enumerate((0.01, 0.5, 0.99, 1, 1.01)):
        yield f"文书金额{yuan}元", home([old()], 赡养人家庭=[supporter(关系=("赡养", "抚养", "扶养")[n % 3], 月收入=9000, 文书金额=yuan, 住房套数=2, 人均住房面积=99)]), DAY, ("445号 十二",)
    for relation, article in (("赡养", "445号 十二(一)3"), ("抚养", "445号 十二(二)"), ("扶养", "445号 十二(三)")):
        yield f"按规定核算{relation}费", home([old()], 赡养人家庭=[supporter(关系=relation)]), DAY, (article,)
    for day in ("2018-12-31", DAY):
        for birth, what in ((earlier(day, 216), "满18周岁当日"), (day_after(earlier(day, 216)), "差一日18周岁")):
            yield f"{what}，依靠老人扶养的无业重度残疾人", home([man(收入=pay(9000, "养老金"), 就业状态="退休"), kid(出生日期=birth, 就业状态="无业", 在读="无", 残疾=[{"类别": "智力", "等级": 2}], 依靠兄弟姐妹或老人扶养=True)]), day, ()

def rewards():
    for day, states in (("2018-12-31", WORKING[1:2]), (DAY, WORKING)):
        s = int(on_day(DIBAO, day))
        for state in states:
            for yuan in (s * 7 // 4,) if day < DAY else (0, 0.5, 1, s * 4 // 5, s, s + 1, s * 9 // 5 - 1, s * 9 // 5, s * 9 // 5 + 1):
                article = () if not yuan else ("445号 十(三)1",) if state == "在职职工" else ("445号 十(三)2(3)",) if yuan <= s else ("445号 十(三)2(2)",) if yuan < 1.8 * s else ("445号 十(三)2(1)",)
                yield f"{state}收入{yuan}元", home([man(就业状态=state, 收入=pay(yuan, "经营净") if yuan else []), wife()]), day, article

SEVERE = [{"类别": "肢体", "等级": 2}]
def kin(number, relation, **change):
    return man(**{"编号": str(number), "与申请人关系": relation, **change})

def counted_cases():
    """单独申请, 二(一) and who raises whom."""
    clergy = lambda *others: home([man(不计入事由="宗教教职三年以上", 婚姻状况="未婚"), *others])
    yield "宗教教职人员单独申请，同住的兄弟也是宗教教职人员，不计入", clergy(kin(2, "兄弟姐妹", 不计入事由="宗教教职三年以上")), DAY, ("445号 四(四)1",), {"单独申请": True}
    yield "宗教教职人员单独申请，子女不计入", clergy(kid(重大疾病=True)), DAY, ("445号 四(四)1",), {"单独申请": True}
    yield "宗教教职人员单独申请，配偶不计入", clergy(wife(收入=pay(9000, "养老金"), 就业状态="退休")), DAY, ("445号 四(四)1",), {"单独申请": True}
    for mother, father in (("1980-01-01", "1966-03-18"), ("1980-01-01", "1966-03-19")):
        yield f"重病子女，配偶{father}出生", home([man(出生日期=mother, 性别="女"), wife(性别="男", 出生日期=father, 就业状态="退休", 收入=pay(4500, "养老金")), kid(重大疾病=True)]), DAY, ("445号 十(一)1",)
    yield "父亲重病，祖母已满60周岁", home([man(婚姻状况="未婚"), kin(2, "父母", 重大疾病=True, 出生日期="1968-01-01", 就业状态="退休", 收入=pay(4500, "养老金"), 婚姻状况="离婚"), kin(3, "祖父母", 出生日期="1946-01-01")]), DAY, ("445号 十(一)1",)
    lone = lambda **k: home([man(单独抚养=True, 婚姻状况="丧偶", 就业状态="退休", 收入=pay(2000, "养老金")), kid(**k)])
    yield "单独抚养的子女户籍在外埠，不计入，仍核减", lone(户籍="外埠", 居住证=True), DAY, ("445号 十(一)2",)
    yield "单独抚养的子女已死亡，不核减", lone(死亡日期="2026-01-01"), DAY, ("445号 二(五)",)
    yield "本市配偶已死亡，外埠的本人不再计入，子女计入", home([man(户籍="外埠", 居住证=True, 婚姻状况="丧偶"), wife(死亡日期="2026-01-01"), kid()]), DAY, ("445号 二(一)",)
    eleven = [man(残疾=SEVERE, 收入=pay(1450.05, "养老金")), wife()] + [kin(n, "兄弟姐妹", 婚姻状况="未婚") for n in range(3, 12)]
    yield "十一口人，差额除不尽", home(eleven, 货币财产=0), DAY, ("445号 九(二)3",)

def direct_cases():
    """二(二): at the line of low income, registered elsewhere, with an able child."""
    for i, (_, low) in enumerate(LOW):
        day = in_force(LOW, i)
        for yuan in (2 * low - 0.01, 2 * low):
            yield f"{day[:7]}低收入线上的重度残疾人，家庭收入{yuan}元", home([man(就业状态="退休", 收入=pay(yuan, "养老金")), wife(残疾=SEVERE, 就业状态="退休")]), day, ()
    low = int(on_day(LOW, DAY))
    yield "计入赡养费后恰到低收入线", home([man(就业状态="退休", 收入=pay(2 * low - 600, "养老金")), wife(残疾=SEVERE)], 赡养人家庭=[supporter(文书金额=600)]), DAY, ()
    yield "低收入家庭中外埠的重度残疾配偶", home([man(就业状态="退休", 收入=pay(2 * low - 1, "养老金")), wife(残疾=SEVERE, 户籍="外埠", 居住证=True)]), DAY, ("445号 二(一)第二款",)
    kept = lambda m, **k: home([man(就业状态="退休", 收入=pay(9000, "养老金")), m], **k)
    yield "依靠老人扶养的重度残疾配偶户籍在外埠", kept(wife(残疾=SEVERE, 依靠兄弟姐妹或老人扶养=True, 户籍="外埠", 居住证=True)), DAY, ()
    for birth in ("1966-03-18", "1966-03-19"):
        for able in ({}, {"赡养人家庭": [supporter(月收入=0, 人均财产=10 ** 6)]}):
            yield f"{birth}出生，依靠兄弟姐妹扶养{'，有完全赡养能力的子女' if able else ''}", kept(kin(2, "兄弟姐妹", 残疾=SEVERE, 依靠兄弟姐妹或老人扶养=True, 出生日期=birth), **able), DAY, (ABLE,) if able and birth == "1966-03-18" else ()

def retirement_cases():
    """十(二)2: the age follows the month of birth, and once reached it stays so."""
    for delay, start in enumerate(TURNS):
        day = start[:8] + "15"
        born = earlier(day, 660 + delay)
        yield f"{day}满{660 + delay}个月的女性增发，差一日的不增发", women(born, day_after(born)), day, ("445号 十(二)2",)
    for born, days in (("1969-12-15", ("2024-12-14", "2024-12-15", "2024-12-31", "2025-01-01", "2025-01-14", "2025-01-15")),
                       ("1970-05-20", ("2025-06-19", "2025-06-20", "2025-06-30", "2025-07-01", "2025-07-19", "2025-07-20"))):
        for day in days:
            yield f"{born}出生的女性，{day}", women(born), day, ()

def able_cases():
    """十二(一)2 speaks of older people: a household without one is counted by the formula."""
    rich = {"赡养人家庭": [supporter(月收入=9000, 人均财产=10 ** 6)]}
    poor = {"赡养人家庭": [supporter(月收入=0, 人均财产=10 ** 6)]}
    single = lambda born, **k: home([man(婚姻状况="未婚", 出生日期=born)], **k)
    for born in ("1966-03-18", "1966-03-19", "1979-01-01"):
        yield f"{born}出生，子女家庭有完全赡养能力", single(born, **rich), DAY, (ABLE,) if born == "1966-03-18" else ()
        yield f"{born}出生，子女家庭有完全赡养能力、没有收入", single(born, **poor), DAY, (ABLE,) if born == "1966-03-18" else ()
    for born in ("1966-03-18", "1966-03-19"):
        yield f"夫妻，配偶{born}出生，子女家庭有完全赡养能力", home([man(), wife(出生日期=born)], **poor), DAY, (ABLE,) if born == "1966-03-18" else ()
        yield f"父亲{born}出生、已死亡，子女家庭有完全赡养能力", home([man(婚姻状况="未婚"), kin(2, "父母", 出生日期=born, 死亡日期="2026-01-01")], **poor), DAY, ()
        yield f"{born}出生，原领低保，申报就业，子女家庭有完全赡养能力", home([man(婚姻状况="未婚", 出生日期=born, 就业状态="灵活就业", 收入=pay(9000), 就业申报日期=DAY)], **poor), DAY, (), {}, [{"待遇": "低保", "对象": "户", "起": "2024-01-01", "月金额": 700}]
        yield f"低收入家庭中的重度残疾人，配偶{born}出生，子女家庭有完全赡养能力", home([man(就业状态="退休", 收入=pay(3000, "养老金"), 残疾=SEVERE), wife(出生日期=born)], **poor), DAY, ()
    day = "2025-12-31"
    yield "子女家庭人均财产比2025年所用消费支出的3倍多一元", parent(人均财产=3 * int(on_day(SPENDING, day)) + 1), day, (ABLE,)

def otherwise_cases():
    """24号 第二十八条: in the household, but no longer under the subsistence allowance."""
    tekun = lambda *who: [{"待遇": "特困", "对象": n, "起": "2024-01-01"} for n in who]
    parent = lambda **k: kin(2, "父母", **{"出生日期": "1940-03-02", "婚姻状况": "丧偶", **k})
    article, s = ("24号 第二十八条",), int(on_day(DIBAO, DAY))
    work = lambda yuan: man(就业状态="退休", 收入=pay(yuan, "养老金"))
    yield "父母已纳入特困，只保本人", home([man(), parent()]), DAY, article, {}, tekun("2")
    yield "没有人在享特困，父母照保", home([man(), parent()]), DAY, ()
    yield "父母享受的是高龄津贴，照保", home([man(), parent()]), DAY, (), {}, [{"待遇": "高龄津贴", "对象": "2", "起": "2024-01-01"}]
    yield "特困写成全户的，没有适用低保的人", home([man(), parent()]), DAY, ("24号 第二十八条",), {}, tekun("户")
    yield "两人都已纳入特困", home([man(), parent()]), DAY, ("24号 第二十八条",), {}, tekun("1", "2")
    yield "两人都已纳入特困，没有钱，原领低保", home([man(就业状态="灵活就业", 就业申报日期=DAY), parent()], 货币财产=0), DAY, ("24号 第二十八条",), {}, tekun("1", "2") + [{"待遇": "低保", "对象": "户", "起": "2024-01-01", "月金额": 500}]
    for yuan in (s - 1, s):
        yield f"父母已纳入特困，本人收入{yuan}元，不由父母分摊", home([work(yuan), parent()]), DAY, article, {}, tekun("2")
    yield "特困父母的收入不计入", home([work(s - 100), parent(收入=pay(3000, "养老金"))]), DAY, article, {}, tekun("2")
    yield "特困父母重病，不核减收入", home([work(s), parent(重大疾病=True)]), DAY, article, {}, tekun("2")
    yield "重病的本人，年满60周岁的父母是特困人员，仍按150%核减", home([man(婚姻状况="未婚", 重大疾病=True, 就业状态="退休", 收入=pay(2 * s, "养老金")), parent()]), DAY, article, {}, tekun("2")
    for yuan in (24 * s, 24 * s + 1):
        yield f"父母已纳入特困，货币财产{yuan}元", home([man(), parent()], 货币财产=yuan), DAY, article, {}, tekun("2")
    area = float(on_day(AREA, DAY))
    homes = lambda total: [{"建筑面积": total, "性质": "自有", "用途": "自住"}, {"建筑面积": 0, "性质": "自有", "用途": "闲置"}]
    for total_area in (area, round(area - 0.01, 2)):
        yield f"父母已纳入特困，两套住房共{total_area}平方米", home([man(), parent()], 住房=homes(total_area)), DAY, article, {}, tekun("2")
    yield "父母已纳入特困，一套住房", home([man(), parent()], 住房=homes(area)[:1]), DAY, article, {}, tekun("2")
    yield "有机动车，父母已纳入特困", home([man(), parent()], 机动车=[{"用途": "生活", "价值": 1}]), DAY, ("445号 二(一)；京政办发〔2018〕45号",), {}, tekun("2")
    yield "低收入家庭中的重度残疾人已纳入特困，不再直接纳入", home([work(s + 100), parent(残疾=SEVERE, 收入=pay(s + 100, "养老金"))]), DAY, article, {}, tekun("2")
    yield "低收入家庭中重度残疾的本人直接纳入，父母是特困人员", home([man(残疾=SEVERE, 就业状态="退休", 收入=pay(3 * s, "养老金")), parent()]), DAY, article, {}, tekun("2")
    yield "特困父母原来单独领取低保，本人申报就业，渐退", home([man(就业状态="灵活就业", 收入=pay(9000), 就业申报日期=DAY), parent()]), DAY, article, {}, tekun("2") + [{"待遇": "低保", "对象": "户", "起": "2024-01-01", "月金额": 1200}]

def taper_cases():
    """十(四)"""
    for day in ("2018-08-31", DAY):
        s, rich = int(on_day(DIBAO, day)), lambda day, report, *more: home([man(就业状态="灵活就业", 收入=pay(9000), 就业申报日期=report), *more])
        reports = [day, *(x for k in (3, 5, 6) for x in (earlier(day, k), day_after(earlier(day, k))))]
        for report in reports:
            yield f"{report}申报就业", rich(day, report), day, (), {}, [{"待遇": "低保", "对象": "户", "起": "2016-01-01", "月金额": 1000.01}]
        for paid in (0, 0.5, 1):
            for report in (day, day_after(earlier(day, 6))):
                yield f"{report}申报就业，原低保金{paid}元", rich(day, report), day, (), {}, [{"待遇": "低保", "对象": "户", "起": "2016-01-01", "月金额": paid}]
        yield f"{day[:4]}年计入赡养费才超过标准，渐退", {**home([man(就业状态="灵活就业", 收入=pay(500), 就业申报日期=day)]), "赡养人家庭": [supporter(文书金额=s)]}, day, ("445号 十(四)",), {}, [{"待遇": "低保", "对象": "户", "起": "2016-01-01", "月金额": 700}]
        direct = float(s * 2 * 135) / 200
        for paid in (direct - 0.01, direct, direct + 0.5):
            yield f"渐退{paid:.2f}元，直接纳入{direct:.2f}元", rich(day, day, kin(2, "兄弟姐妹", 残疾=SEVERE, 依靠兄弟姐妹或老人扶养=True)), day, (), {}, [{"待遇": "低保", "对象": "户", "起": "2016-01-01", "月金额": round(paid, 2)}]

def orphan_cases():
    """173号 二(二): an orphan with the allowance is no longer on the subsistence allowance, and the allowance is no income."""
    s, article = int(on_day(DIBAO, DAY)), ("173号 二(二)",)
    gets = lambda *who: [{"待遇": "困境儿童生活费", "对象": n, "起": "2015-01-01"} for n in who]
    child = lambda **k: kin(3, "孙子女", **{"出生日期": "2014-04-11", "婚姻状况": "未婚", "就业状态": "学生", "在读": "义务教育", "儿童类别": "孤儿", **k})
    work = lambda yuan, **k: man(就业状态="退休", 收入=pay(yuan, "养老金"), 出生日期="1955-01-01", **k)
    yield "祖父抚养领取生活费的孤儿，只保祖父", home([work(0), child()]), DAY, article, {}, gets("3")
    yield "孤儿没有领取生活费，照保", home([work(0), child()]), DAY, ()
    yield "领取生活费的是别的孩子", home([work(0), child(), child(编号="4", 儿童类别="事实无人抚养")]), DAY, (), {}, gets("4")
    for kind in ("事实无人抚养", "重残重病", "无"):
        yield f"领取生活费，儿童类别{kind}，照保", home([work(0), child(儿童类别=kind)]), DAY, (), {}, gets("3")
    for yuan in (s - 1, s):
        yield f"祖父收入{yuan}元，不由孤儿分摊", home([work(yuan), child()]), DAY, article, {}, gets("3")
    yield "孤儿自己的收入不计入", home([work(s - 100), child(收入=pay(3000, "其他转移"))]), DAY, article, {}, gets("3")
    yield "重病的孤儿，不核减收入", home([work(s), child(重大疾病=True)]), DAY, article, {}, gets("3")
    yield "低收入家庭中重度残疾的孤儿，不直接纳入", home([work(s + 100), child(残疾=SEVERE)]), DAY, article, {}, gets("3")
    for yuan in (24 * s, 24 * s + 1):
        yield f"孤儿不计，货币财产{yuan}元", home([work(0), child()], 货币财产=yuan), DAY, article, {}, gets("3")
    yield "全户的人都是领取生活费的孤儿", home([child(编号="1", 与申请人关系="本人"), child(与申请人关系="兄弟姐妹")]), DAY, article, {}, gets("1", "3")
    yield "祖父是特困人员，孙子女是孤儿", home([work(0), child()]), DAY, ("24号 第二十八条", *article), {}, gets("3") + [{"待遇": "特困", "对象": "1", "起": "2024-01-01"}]
    for birth, what in ((earlier(DAY, 216), "满18周岁当日"), (day_after(earlier(DAY, 216)), "差一日18周岁")):
        yield f"{what}的孤儿，不在读", home([work(0), child(出生日期=birth, 在读="无", 就业状态="无业")]), DAY, () if what.startswith("满") else article, {}, gets("3")
    for school in ("义务教育", "高中", "本科及以下", "研究生"):
        yield f"二十岁的孤儿，在读{school}", home([work(0), child(出生日期="2006-01-01", 在读=school)]), DAY, () if school == "研究生" else article, {}, gets("3")
    for day in ("2016-05-30", "2016-05-31"):
        for kind in ("孤儿", "事实无人抚养"):
            yield f"{day}，{kind}，领取生活费", home([work(0), child(儿童类别=kind, 出生日期="2006-04-11")]), day, article if kind == "孤儿" or day == "2016-05-30" else (), {}, gets("3")
    yield "生活费写成全户的", home([work(0), child()]), DAY, article, {}, gets("户")

def build():
    rows = [*cases(), *counted_cases(), *direct_cases(), *taper_cases(), *otherwise_cases(), *retirement_cases(), *able_cases(), *orphan_cases()]
    for n, (title, house, day, articles, application, held) in enumerate((*r, *({}, [])[len(r) - 4:]) for r in rows):
        c = copy.deepcopy({"日期": day, "户": house, "在享": held, "申请": {"单独申请": False, **application}})
        lines = dibao(c)
        expected = {"outcome": "not_eligible" if lines is None else "eligible", "monthly_fen": total(lines or []), "once_fen": 0, "lines": lines or [], "missing": []}
        if articles:
            expected["articles"] = list(articles)
        yield f"figure-{n + 1:03d}.json", {"id": f"dibao-figure-{n + 1:03d}", "scheme": "dibao", "title_zh": title, "input": c, "expected": expected,
            "why": f"{total(lines or []) / 100:.2f}", "confidence": "computed by tests/policies/subsistence.py from the articles"}

def main():
    wrong = 0
    for name, case in build():
        path, text = CASES / name, json.dumps(case, ensure_ascii=False, indent=1) + "\n"
        if "--check" in sys.argv:
            wrong += not path.exists() or path.read_text(encoding="utf-8") != text
        else:
            path.write_text(text, encoding="utf-8")
    if wrong:
        sys.exit(f"{wrong} worked cases differ from what {sys.argv[0]} computes; run it without --check")

if __name__ == "__main__":
    main()
