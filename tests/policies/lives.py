#!/usr/bin/env python3
"""Worked lives: households over years, each month's amount worked out here from the articles, never by the engine.

The amounts are those of subsistence.py, household_schemes.py, person_schemes.py and children_cases.py (plain Python from
the texts); from which month something counts is written down below with its article; what is paid, overpaid and owed
follows from a few lines of bookkeeping (class Life).  `minzheng life` lives the same histories through the product.

usage: lives.py [--check]      writes packs/*/lives/*.json, or says which differ
"""
import copy, datetime, json, pathlib, sys
from decimal import Decimal as D

import children_cases, household_schemes, person_schemes
from household_schemes import home, kid, man, pay, wife
from subsistence import dibao, total

ROOT = pathlib.Path(__file__).resolve().parents[2] / "packs"
PAYDAY = 8  # runs are on the eighth: 445号 九(三), by the tenth

# From which month: (start counted from, months), (change counted from, months), (death), (move), by the articles.
RULES = {
    "dibao": (("decision", 1), ("decision", 1), 1, 1),        # 445号 八(四); 十三(五) by analogy
    "low_income": (("decision", 1), ("decision", 1), 1, 1),   # 445号 十一(二)
    "tekun": (("decision", 1), ("decision", 1), 1, 1),        # 24号 第十三条至第十五条
    "disability_living": (("event", 0), ("event", 1), 1, 1),  # 434号 八(一), 九(三), 十
    "disability_care": (("event", 0), ("event", 1), 1, 1),
    "elderly_age": (("event", 0), ("event", 1), 1, 1),        # 160号 六, 七(二), 八
    "elderly_care": (("event", 0), ("event", 1), 1, 1),
    "elderly_living": (("event", 0), ("event", 1), 1, 1),
    "children": (("decision", 1), ("event", 1), 1, 1),        # 36号 四(三), 173号 四(四)
}
PACK = {"dibao": "assistance", "low_income": "assistance", "tekun": "assistance", "disability_living": "disability", "disability_care": "disability",
        "elderly_age": "elderly-benefits", "elderly_care": "elderly-benefits", "elderly_living": "elderly-benefits", "children": "children"}

def number(month):
    return int(month[:4]) * 12 + int(month[5:7]) - 1

def month(n):
    return f"{n // 12:04d}-{n % 12 + 1:02d}"

def fen(scheme, facts, day):
    """A month, by the independent scripts; 0: not eligible."""
    c = copy.deepcopy(facts)
    c["日期"] = day
    if scheme == "dibao":
        return total(dibao(c) or [])
    if scheme == "low_income":
        return total(household_schemes.low_income(c) or [])
    if scheme == "tekun":
        return total(household_schemes.tekun(c) or [])
    if scheme == "children":
        return int(children_cases.amount(c))
    return int(D(str(person_schemes.amount(scheme, c))) * 100)

def merged(target, patch):
    if isinstance(patch, dict) and isinstance(target, list):
        out = [merged(x, patch[x["编号"]]) if x["编号"] in patch else x for x in target if patch.get(x["编号"], 0) is not None]
        return out + [{**v, "编号": k} for k, v in patch.items() if v is not None and k not in [x["编号"] for x in target]]
    if not isinstance(patch, dict) or not isinstance(target, dict):
        return patch
    out = dict(target)
    for k, v in patch.items():
        if v is None:
            out.pop(k, None)
        else:
            out[k] = merged(out.get(k), v)
    return out

class Life:
    """A history and its bookkeeping: what is due of a month, what was settled of it, what was overpaid."""
    def __init__(self, id, title, scheme, facts, first, last, why):
        self.id, self.title, self.scheme, self.start_facts, self.first, self.last, self.why = id, title, scheme, facts, number(first), number(last), why
        self.events, self.steps = [], []
        self.facts, self.due, self.settled, self.over, self.paid = facts, {}, {}, {}, {}
        self.received = self.waived = 0
        self.come_back, self.lost, self.pending = set(), {}, []
        self.ran = self.first - 1
        self.proposal = self.before = self.suspended = None

    # -- the story: each adds an event and what it means --
    def add(self, on, do, effect, **more):
        self.events.append({"on": on, "do": do, **more})
        self.steps.append((on, effect))
        return self

    def counted(self, rule, event, decided):
        after, months = RULES[self.scheme][rule]
        return number(event if after == "event" else decided) + months

    def grant(self, on, applied=None):
        def effect():
            amount = fen(self.scheme, self.facts, on)
            assert amount > 0, (self.id, "grants nothing")
            self.set(self.counted(0, applied or on, on), amount)
        return self.add(on, "grant", effect, **({"applied": applied} if applied else {}))

    def recheck(self, on, patch=None, event=None):
        """Raised at once; less is proposed; the same is a review."""
        def effect():
            if patch:
                self.facts = merged(self.facts, patch)
            amount, now = fen(self.scheme, self.facts, on), self.due.get(max(self.due), 0)
            if amount > now:
                self.set(self.counted(1, event or on, on), amount)
            elif amount < now:
                self.proposal = (amount, event or on)
        return self.add(on, "recheck", effect, **({"facts": patch} if patch else {}), **({"event": event} if event else {}))

    def uprate(self, on, month_, patch=None):
        def effect():
            if patch:
                self.facts = merged(self.facts, patch)
            self.set(number(month_), fen(self.scheme, self.facts, month_ + "-01"))
        return self.add(on, "uprate", effect, month=month_, **({"facts": patch} if patch else {}))

    def answer(self, on):
        return self.add(on, "answer", lambda: None)

    def adopt(self, on):
        def effect():
            amount, event = self.proposal
            self.before = dict(self.due)
            self.set(self.counted(1, event, on), amount)
        return self.add(on, "adopt", effect)

    def drop(self, on):
        return self.add(on, "drop", lambda: None)

    def restore(self, on):
        def effect():
            self.due = self.before
            self.settle()
        return self.add(on, "restore", effect)

    def died(self, found, died, confirmed=None, refuted=None):
        month_ = number(died) + RULES[self.scheme][2]
        def suspend():
            self.suspended = dict(self.due)
            self.set(max(month_, self.ran + 1), 0)
        self.add(found, "death_found", suspend, died=died)
        if confirmed:
            self.add(confirmed, "death_confirmed", lambda: self.set(month_, 0), died=died)
        if refuted:
            def back():
                self.due = self.suspended
                self.settle()
            self.add(refuted, "death_refuted", back)
        return self

    def move(self, on):
        return self.add(on, "move", lambda: None, district=110115)  # the same money, every month once

    def plan(self, on, *parts):
        return self.add(on, "plan", lambda: None, instalments=[{"on": d, "fen": f} for d, f in parts])

    def receive(self, on, f):
        def effect():
            self.received += f
        return self.add(on, "receive", effect, fen=f)

    def waive(self, on, f, approve=True):
        def effect():
            self.waived += f if approve else 0
        return self.add(on, "waive", effect, fen=f, approve=approve)

    def comes_back(self, on, run):
        return self.add(on, "comes_back", lambda: self.come_back.add(number(run)), run=run)

    def reissue(self, on):
        def effect():
            m = max(self.lost)
            self.pending.append(m)
        return self.add(on, "reissue", effect)

    # -- the books --
    def set(self, m, amount):
        """Due from month m on; a hundred years are enough."""
        for k in range(m, self.last + 3):
            self.due[k] = amount
        self.settle()

    def settle(self):
        """Months that were run: less is due than was settled: overpaid; more: an overpayment undone first."""
        for m in range(self.first, self.ran + 1):
            if m in self.lost:
                continue
            due, had = self.due.get(m, 0), self.settled.get(m, 0)
            if had > due:
                self.over[m] = self.over.get(m, 0) + had - due
                self.settled[m] = due
            elif had < due:
                undone = min(self.over.get(m, 0), due - had, sum(self.over.values()) - self.received - self.waived)
                self.over[m] = self.over.get(m, 0) - undone
                self.settled[m] = had + undone

    def run_month(self, run):
        """The month itself and what is owed of former ones; one whose money came back waits for an order."""
        batch = {}
        self.ran = run
        for m in range(self.first, run + 1):
            if m in self.lost and m not in self.pending:
                continue
            more = self.due.get(m, 0) - self.settled.get(m, 0)
            if more > 0:
                batch[m] = more
        self.pending = [m for m in self.pending if m not in batch or m != run]
        if run in self.come_back:
            self.lost.update(batch)
            return
        for m, more in batch.items():
            self.settled[m] = self.settled.get(m, 0) + more
            self.lost.pop(m, None)
        if batch:
            self.paid[run] = sum(batch.values())

    def work(self):
        queue = list(self.steps)
        for run in range(self.first, self.last + 1):
            payday = f"{month(run)}-{PAYDAY:02d}"
            while queue and queue[0][0] <= payday:
                queue.pop(0)[1]()
            self.run_month(run)
        assert not queue, (self.id, "ends before its events")
        expected = {"due": {month(m): v for m, v in sorted(self.due.items()) if v and self.first <= m <= self.last},
                    "paid": {month(m): v for m, v in sorted(self.paid.items()) if v},
                    "overpaid_fen": sum(self.over.values()), "received_fen": self.received, "waived_fen": self.waived}
        return {"id": self.id, "title": self.title, "scheme": self.scheme, "why": self.why, "first": month(self.first), "last": month(self.last),
                "facts": self.start_facts, "events": self.events, "expected": expected}

# ---- people --------------------------------------------------------------------------------------

def family(members, **change):
    return {"户": home(members, **change), "在享": [], "申请": {}}

def alone(m, held=(), **asked):
    """A benefit of a person: its own facts."""
    return {"户": {"成员": [m]}, "在享": list(held), "申请": {"对象": "1", **asked}}

def of(who, **change):
    return {"户": {"成员": {who: change}}}

SINGLE = dict(婚姻状况="未婚", 就业状态="无业")
OLD = dict(出生日期="1950-03-10", 婚姻状况="丧偶", 就业状态="退休")
old = lambda **change: person_schemes.member(**{"出生日期": "1939-05-20", "就业状态": "退休", **change})
severe = [{"类别": "肢体", "等级": 1}]
LIFE445 = ["445号 八(四)：从批准之日下月起发放", "445号 九(一)：差额乘以人口"]

def dibao_lives():
    L = lambda id, title, facts, first, last, *why: Life("dibao-" + id, title, "dibao", facts, first, last, LIFE445 + list(why))
    one, two, three = family([man(**SINGLE)]), family([man(), wife()]), family([man(), wife(), kid()])
    job = lambda yuan: of("1", 就业状态="在职职工", 收入=pay(yuan))
    baby = {"户": {"成员": {"3": kid(出生日期="2024-02-01", 就业状态="无业", 在读="无")}}}
    y = []
    y += [L("plain", "单身一年，每月相同", one, "2023-08", "2024-06").grant("2023-07-20")]
    y += [L("standard", "年中提标，补发当月", one, "2024-01", "2024-12", "80号：2024年7月起1450元").grant("2023-12-15").uprate("2024-07-15", "2024-07")]
    y += [L("standard-in-time", "提标在发放前办好，没有补发", one, "2024-01", "2024-12").grant("2023-12-15").uprate("2024-06-25", "2024-07")]
    y += [L("standard-late", "提标晚办三个月，一次补齐", two, "2024-03", "2025-02").grant("2024-02-15").uprate("2024-10-20", "2024-07")]
    y += [L("birth", "孩子出生，下月起增加", two, "2023-09", "2024-06", "445号 十三(五)、十(二)2").grant("2023-08-10").recheck("2024-02-20", baby, "2024-02-01")]
    y += [L("job-heard", "找到工作，听取意见后下月减发", three, "2023-09", "2024-08", "445号 十(三)1就业奖励", "社会救助法第四十八条").grant("2023-08-10").recheck("2024-01-10", job(2600)).answer("2024-01-12").adopt("2024-01-15")]
    y += [L("job-silent", "没有答复，期限过后决定", three, "2023-09", "2024-08").grant("2023-08-10").recheck("2024-01-10", job(2600)).adopt("2024-01-22")]
    y += [L("job-dropped", "听取意见后撤回建议，照发", three, "2023-09", "2024-08").grant("2023-08-10").recheck("2024-01-10", job(2600)).answer("2024-01-11").drop("2024-01-16")]
    y += [L("job-too-much", "收入超标，听取意见后终止", one, "2023-09", "2024-08", "445号 十三(五)(七)").grant("2023-08-10").recheck("2024-03-04", job(4000)).answer("2024-03-05").adopt("2024-03-12")]
    y += [L("job-lost", "减发后失业，下月恢复全额", three, "2023-09", "2024-12").grant("2023-08-10").recheck("2024-01-10", job(2600)).answer("2024-01-12").adopt("2024-01-15")
          .recheck("2024-05-14", of("1", 就业状态="失业", 收入=[]))]
    taper = {"在享": [{"待遇": "低保", "对象": "户", "起": "2023-09-01", "月金额": 1395}]}
    y += [L("taper", "就业申报后渐退：三个月全额、三个月一半、终止", one, "2023-09", "2024-12", "445号 十(四)").grant("2023-08-10")
          .recheck("2024-01-10", merged(of("1", 就业状态="在职职工", 收入=pay(4200), 就业申报日期="2024-01-10"), taper))
          .recheck("2024-04-11").answer("2024-04-12").adopt("2024-04-15").recheck("2024-07-11").answer("2024-07-12").adopt("2024-07-15")]
    y += [L("appeal-won", "终止后复议改判，补发停发的月份", one, "2023-09", "2024-10", "行政复议法：撤销决定").grant("2023-08-10").recheck("2024-01-10", job(4000)).adopt("2024-01-22").restore("2024-05-20")]
    y += [L("appeal-won-reduced", "减发后复议改判，补发差额", three, "2023-09", "2024-10").grant("2023-08-10").recheck("2024-01-10", job(2600)).adopt("2024-01-22").restore("2024-06-03")]
    y += [L("member-dies", "家人死亡，听取意见后按人口减发", three, "2023-09", "2024-08", "445号 二：共同生活的家庭成员").grant("2023-08-10")
          .recheck("2024-02-15", of("2", 死亡日期="2024-02-10"), "2024-02-10").answer("2024-02-16").adopt("2024-02-20")]
    y += [L("dies", "单身人员死亡，当月照发，下月停", one, "2023-09", "2024-08", "445号 十三(五)").grant("2023-08-10").died("2024-03-20", "2024-03-18", confirmed="2024-03-25")]
    y += [L("dies-after-payday", "月初死亡，发放后才比对到，当月照发", one, "2023-09", "2024-08").grant("2023-08-10").died("2024-03-12", "2024-03-02", confirmed="2024-04-02")]
    y += [L("death-found-late", "三个月后才比对到，先停发，确认后追缴", one, "2023-09", "2024-12", "民发〔2022〕83号").grant("2023-08-10").died("2024-06-20", "2024-03-18", confirmed="2024-07-02")]
    y += [L("death-repaid", "死亡后多付，遗属分三期退回", one, "2023-09", "2024-12").grant("2023-08-10").died("2024-06-20", "2024-03-18", confirmed="2024-07-02")
          .plan("2024-07-10", ("2024-08-01", 139500), ("2024-09-01", 139500), ("2024-10-01", 139500)).receive("2024-08-01", 139500).receive("2024-09-02", 139500).receive("2024-10-02", 139500)]
    y += [L("death-waived", "死亡后多付，退一部分，其余两人批准减免", one, "2023-09", "2024-12").grant("2023-08-10").died("2024-05-20", "2024-03-18", confirmed="2024-05-28")
          .receive("2024-06-12", 100000).waive("2024-07-01", 179000)]
    y += [L("death-waiver-refused", "减免没有批准", one, "2023-09", "2024-09").grant("2023-08-10").died("2024-05-20", "2024-03-18", confirmed="2024-05-28").waive("2024-07-01", 279000, approve=False)]
    y += [L("death-wrong", "比对错了，恢复并补发停发的月份", one, "2023-09", "2024-12").grant("2023-08-10").died("2024-02-20", "2024-02-10", refuted="2024-05-15")]
    y += [L("death-wrong-soon", "比对错了，没有误一个月", one, "2023-09", "2024-12").grant("2023-08-10").died("2024-02-20", "2024-02-10", refuted="2024-02-28")]
    y += [L("moves", "迁到大兴区，每个月只发一次", one, "2023-09", "2024-08").grant("2023-08-10").move("2024-03-15")]
    y += [L("moves-before-payday", "发放日前办理迁移", two, "2023-09", "2024-08").grant("2023-08-10").move("2024-03-04")]
    y += [L("moves-and-raised", "迁移后提标", one, "2024-01", "2024-12").grant("2023-12-15").move("2024-04-10").uprate("2024-07-20", "2024-07")]
    y += [L("account-closed", "账户销户，改账号重发", one, "2023-09", "2024-06").comes_back("2023-08-01", "2024-02").grant("2023-08-10").reissue("2024-02-20")]
    y += [L("illness", "重大疾病，下月增发", one, "2023-09", "2024-06", "445号 十(二)1：增发35%").grant("2023-08-10").recheck("2024-01-18", of("1", 重大疾病=True))]
    y += [L("old-age", "满六十周岁，复查后增发25%", family([man(**{**SINGLE, "出生日期": "1964-02-10"})]), "2023-09", "2024-09", "445号 十(二)2").grant("2023-08-10").recheck("2024-02-20")]
    y += [L("reviewed", "半年核查两次，金额不变", one, "2023-09", "2024-12", "445号 十三(二)3").grant("2023-08-10").recheck("2024-02-10").recheck("2024-06-15")]
    y += [L("years", "三年三次提标、生育、就业、失业", two, "2021-09", "2024-12").grant("2021-08-10").uprate("2022-07-12", "2022-07").uprate("2023-07-12", "2023-07")
          .recheck("2024-02-20", baby, "2024-02-01").recheck("2024-04-10", job(2200)).answer("2024-04-11").adopt("2024-04-15").uprate("2024-07-12", "2024-07").recheck("2024-10-09", of("1", 就业状态="失业", 收入=[]))]
    y += [L("ended-then-again", "终止后重新申请", one, "2023-09", "2023-12").grant("2023-08-10")]
    y += [L("two-reductions", "先后两次减发，第一次改判，第二次照旧", three, "2023-09", "2024-10").grant("2023-08-10").recheck("2024-01-10", job(1800)).adopt("2024-01-22").recheck("2024-05-10", job(3000)).answer("2024-05-11").adopt("2024-05-15")]
    return [x for x in y if x.id != "dibao-ended-then-again"]

def other_lives():
    y = []
    E434 = ["434号 八(一)：自递交申请当月计发"]
    E160 = ["160号 六：自递交申请当月计发"]
    low_family = family([man(), wife(收入=pay(6000), 就业状态="在职职工"), kid()])
    y += [Life("low-income-child", "低收入家庭孩子的生活补贴", "low_income", low_family, "2024-01", "2024-12", ["445号 十一(三)"]).grant("2023-12-10").uprate("2024-07-20", "2024-07")]
    y += [Life("low-income-ends", "收入超过最低工资线，终止", "low_income", low_family, "2024-01", "2024-10", ["445号 十一(一)"]).grant("2023-12-10")
          .recheck("2024-03-11", of("1", 就业状态="在职职工", 收入=pay(2600))).answer("2024-03-12").adopt("2024-03-18")]
    tek = family([man(**{**SINGLE, "出生日期": "1950-02-01", "就业状态": "无业", "有法定赡养抚养扶养人": False, "法定义务人有履行能力": False, "儿童类别": "无", "自理能力": "全自理"})])
    tek["申请"] = {"对象": "1"}
    y += [Life("tekun-plain", "特困人员，提标补发", "tekun", tek, "2024-01", "2024-12", ["24号 第十七条（一）：1.5倍"]).grant("2023-12-11").uprate("2024-08-02", "2024-07")]
    y += [Life("tekun-dies", "特困人员死亡，当月照发", "tekun", tek, "2024-01", "2024-10", ["24号 第十五条"]).grant("2023-12-11").died("2024-04-18", "2024-04-15", confirmed="2024-04-26")]
    young = person_schemes.member(残疾=severe)
    D_ = lambda id, title, facts, first, last, *why: Life("disability-" + id, title, "disability_living", facts, first, last, E434 + list(why))
    y += [D_("from-application", "三月申请五月批准，补发三月、四月", alone(young), "2024-01", "2024-12").grant("2024-05-20", applied="2024-03-15")]
    y += [D_("works", "就业后不符合，次月停；晚发现的追缴", alone(young), "2024-01", "2024-12", "434号 九(三)、(五)").grant("2024-01-10", applied="2024-01-10")
          .recheck("2024-06-12", of("1", 就业状态="在职职工", 个人稳定性收入=3000), "2024-03-05").answer("2024-06-13").adopt("2024-06-20")]
    y += [D_("works-repaid", "多付的分两期退回", alone(young), "2024-01", "2024-12").grant("2024-01-10", applied="2024-01-10")
          .recheck("2024-05-12", of("1", 就业状态="在职职工", 个人稳定性收入=3000), "2024-03-05").answer("2024-05-13").adopt("2024-05-20")
          .plan("2024-06-01", ("2024-07-01", 139500), ("2024-08-01", 139500)).receive("2024-07-01", 139500).receive("2024-08-01", 139500)]
    y += [D_("appeal-after-recovery", "追缴未还时改判，多付的冲销，停发的补发", alone(young), "2024-01", "2024-12").grant("2024-01-10", applied="2024-01-10")
          .recheck("2024-05-12", of("1", 就业状态="在职职工", 个人稳定性收入=3000), "2024-03-05").answer("2024-05-13").adopt("2024-05-20").restore("2024-09-10")]
    y += [D_("moves", "区间迁移，次月由迁入区发", alone(young), "2024-01", "2024-10", "434号 十").grant("2024-01-10", applied="2024-01-10").move("2024-05-20")]
    y += [D_("standard", "按低保标准发的，随提标补发", alone(young), "2024-01", "2024-12").grant("2024-01-10", applied="2024-01-10").uprate("2024-07-18", "2024-07")]
    C_ = lambda id, title, facts, first, last, *why: Life("care-" + id, title, "disability_care", facts, first, last, E434 + list(why))
    y += [C_("graded-down", "等级改为二级，次月减，先听取意见", alone(young), "2024-01", "2024-10", "434号 二(二)").grant("2024-01-10", applied="2024-01-10")
          .recheck("2024-04-10", of("1", 残疾=[{"类别": "肢体", "等级": 2}]), "2024-04-01").answer("2024-04-11").adopt("2024-04-16")]
    y += [C_("graded-up", "等级改为一级，次月增加", alone(person_schemes.member(残疾=[{"类别": "肢体", "等级": 2}])), "2024-01", "2024-10").grant("2024-01-10", applied="2024-01-10").recheck("2024-04-10", of("1", 残疾=severe), "2024-04-01")]
    y += [C_("dies", "死亡次月停发", alone(young), "2024-01", "2024-10", "434号 九(四)2").grant("2024-01-10", applied="2024-01-10").died("2024-07-20", "2024-05-30", confirmed="2024-07-25")]
    A_ = lambda id, title, facts, first, last, *why: Life("age-" + id, title, "elderly_age", facts, first, last, E160 + list(why))
    y += [A_("eighty", "八十周岁以上按月发", alone(old()), "2024-01", "2024-12", "160号 二(三)").grant("2024-02-20", applied="2024-01-15")]
    y += [A_("ninety", "满九十周岁，次月增加", alone(old(出生日期="1934-05-20")), "2024-01", "2024-12", "160号 二(三)").grant("2024-01-20", applied="2024-01-15").recheck("2024-06-03", None, "2024-05-20")]
    y += [A_("hundred-late", "满百岁四个月后才发现，补发差额", alone(old(出生日期="1924-03-02")), "2024-01", "2024-12").grant("2024-01-20", applied="2024-01-15").recheck("2024-07-15", None, "2024-03-02")]
    y += [A_("dies-late", "死亡后两个月比对到，退回后结清", alone(old()), "2024-01", "2024-12", "160号 七(二)4、十(四)").grant("2024-01-20", applied="2024-01-15").died("2024-06-20", "2024-04-11", confirmed="2024-06-28").receive("2024-07-20", 20000)]
    y += [A_("account", "养老卡注销，换卡重发", alone(old()), "2024-01", "2024-09").comes_back("2024-01-01", "2024-03").grant("2024-01-20", applied="2024-01-15").reissue("2024-04-02")]
    N_ = lambda id, title, facts, first, last, *why: Life("nursing-" + id, title, "elderly_care", facts, first, last, E160 + list(why))
    y += [N_("worse", "评估为重度失能，当月申请计发", alone(old(能力等级="重度失能")), "2024-01", "2024-10", "160号 二(二)").grant("2024-03-22", applied="2024-02-26")]
    y += [N_("better", "复评好转，次月停，听取意见", alone(old(能力等级="重度失能")), "2024-01", "2024-10").grant("2024-01-22", applied="2024-01-10")
          .recheck("2024-05-09", of("1", 能力等级="轻度失能"), "2024-05-06").answer("2024-05-10").adopt("2024-05-15")]
    H_ = lambda id, title, facts, first, last, *why: Life("hardship-" + id, title, "elderly_living", facts, first, last, E160 + list(why))
    held = [{"待遇": "低保", "对象": "户", "起": "2020-01-01"}]
    y += [H_("dibao", "低保老人每月三百元", alone(old(), held), "2024-01", "2024-10", "160号 二(一)1").grant("2024-01-20", applied="2024-01-15")]
    y += [H_("dibao-ends", "退出低保转低收入，次月减", alone(old(), held), "2024-01", "2024-10", "160号 二(一)2、七(二)2").grant("2024-01-20", applied="2024-01-15")
          .recheck("2024-04-12", {"在享": [{"待遇": "低收入", "对象": "户", "起": "2024-04-01"}]}, "2024-04-01").answer("2024-04-12").adopt("2024-04-17")]
    K_ = lambda id, title, facts, first, last, *why: Life("children-" + id, title, "children", facts, first, last, ["36号 四(三)：次月起"] + list(why))
    orphan = children_cases.child(["死亡", "死亡"], 儿童类别="孤儿")
    y += [K_("orphan", "孤儿，提标补发", alone(orphan), "2025-01", "2025-12", "2号 二1：2850元").grant("2024-12-16").uprate("2025-08-14", "2025-07")]
    y += [K_("grown", "满十八周岁不再就学，次月停", alone({**orphan, "出生日期": "2007-03-10"}), "2025-01", "2025-12", "173号 四(四)").grant("2024-12-16")
          .recheck("2025-05-09", of("1", 在读="无", 就业状态="无业"), "2025-03-10").answer("2025-05-12").adopt("2025-05-16").waive("2025-06-10", 440000)]
    return y

def main():
    check, wrong, seen = "--check" in sys.argv, [], set()
    lives = dibao_lives() + other_lives()
    assert len(lives) >= 40, len(lives)
    for life in lives:
        j = life.work()
        path = ROOT / PACK[life.scheme] / "lives" / f"{j['id']}.json"
        text = json.dumps(j, ensure_ascii=False, indent=1) + "\n"
        seen.add(path)
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                wrong.append(str(path))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    wrong += [f"{p} is of no life" for p in ROOT.glob("*/lives/*.json") if p not in seen]
    if wrong:
        sys.exit("\n".join(wrong))

if __name__ == "__main__":
    main()
