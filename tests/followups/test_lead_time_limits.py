"""A rule whose limit is the average lead time of the product: computed when published, frozen, the same everywhere."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from deals.models import Deal, Product
from followups.digest import digests
from followups.models import Rule, SweepChange
from followups.pages.announcements import said
from followups.pages.countdown import countdown
from followups.rules import preview_undo, sweep, undo_sweep
from followups.rules.backtest import backtest
from followups.rules.limits import with_own_limits
from followups.rules.publishing import Publication, as_it_would_be, publish
from followups.rules.seen import mark_of_trial
from followups.rules.settings import change_rule, content
from followups.rules.spec import RuleSpec
from followups.rules.whatif import hits_of, whatif
from followups.sentences import rule_sentence, why, why_of
from tests.factories import ActivityFactory
from tests.followups.scenes import TODAY, ago, inside, live_deal, todo_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ryo():
    return inside("山口 亮")


def wins(product: Product | None, *days: int, closed: date | None = None) -> None:
    """Deals won after so many days each."""
    won_on = closed or ago(10)
    for taken in days:
        live_deal("won", won_on - timedelta(days=taken), closed_on=won_on, product=product)


@pytest.fixture
def short():
    """A product of 30 days on average, with five wins."""
    product = Product.objects.create(name="短期プラン")
    wins(product, 10, 20, 30, 40, 50)
    return product


@pytest.fixture
def long():
    """A product of 100 days on average, with six wins."""
    product = Product.objects.create(name="長期プラン")
    wins(product, 100, 100, 100, 100, 100, 100)
    return product


@pytest.fixture
def rare():
    """A product with four wins: one too few."""
    product = Product.objects.create(name="まれなプラン")
    wins(product, 5, 5, 5, 5)
    return product


def tried(**changed) -> RuleSpec:
    """R-60 by lead time, as a trial of today has it."""
    rule = as_it_would_be(Rule.objects.get(code="R-60"), {"limit_from": "lead_time", "mode": "auto"} | changed)
    return RuleSpec.of(with_own_limits(rule, TODAY))


def published(by, **changed):
    rule = Rule.objects.get(code="R-60")
    seen = mark_of_trial("R-60", rule.version, _content(rule, changed), by=by, as_of=TODAY)
    publication = Publication(content=changed, seen=seen, version=rule.version, effective_on=TODAY)
    return publish(code="R-60", publication=publication, by=by, as_of=TODAY)


def _content(rule, changed):
    return content(with_own_limits(as_it_would_be(rule, changed), TODAY))


@pytest.mark.parametrize(
    ("name", "days", "is_found"),
    [
        ("短期プラン", 30, True), ("短期プラン", 29, False), ("長期プラン", 100, True), ("長期プラン", 99, False),
        ("まれなプラン", 60, True), ("まれなプラン", 59, False), (None, 60, True), (None, 59, False),
    ],
)  # fmt: skip
def test_each_product_has_its_own_limit_and_all_others_that_of_the_rule(short, long, rare, name, days, is_found):
    deal = live_deal(last_contact_on=ago(days), product=Product.objects.get(name=name) if name else None)
    assert whatif(tried(), TODAY).hits == ({deal.pk} if is_found else set())


@pytest.mark.parametrize(("won", "has_own"), [(4, False), (5, True)])
def test_four_wins_are_too_few_and_the_rule_keeps_its_own_days(won, has_own):
    wins(Product.objects.create(name="P"), *[20] * won)
    assert bool(tried().product_limits) == has_own


@pytest.mark.parametrize(
    ("closed", "counts"), [(ago(364), True), (ago(365), False), (TODAY + timedelta(days=1), False)]
)
def test_only_wins_of_the_last_twelve_months_count(closed, counts):
    wins(Product.objects.create(name="P"), *[20] * 5, closed=closed)
    assert bool(tried().product_limits) == counts


def a_business(*products: Product | None) -> None:
    sato = inside("佐藤 美咲", cap=4)
    inside("田中 蓮", cap=2)
    for n, days in enumerate(range(5, 140, 2)):
        live_deal(last_contact_on=ago(days), product=products[n % len(products)], is_owner=sato if n % 3 else None)


def test_a_trial_equals_the_sweep_row_by_row(ryo, short, long, rare):
    a_business(short, long, rare, None)
    found = whatif(tried(), TODAY)
    foreseen = sorted((one.deal_id, one.assignee_id, one.dates()["effective_due_on"]) for one in found.openings)
    assert found.hits == hits_of(found.rule, TODAY)
    assert sorted((limit.product, limit.value, n) for limit, n in found.by_product) == [
        ("短期プラン", 30, sum(o.product_id == short.pk for o in found.openings)),
        ("長期プラン", 100, sum(o.product_id == long.pk for o in found.openings)),
    ]
    published(ryo, limit_from="lead_time", mode="auto")
    run = sweep(as_of=TODAY)["run"]
    done = SweepChange.objects.filter(run=run, verb="opened").values_list("deal_id", "after")
    assert sorted((pk, after["assignee"], after["effective_due_on"]) for pk, after in done) == foreseen
    assert sweep(as_of=TODAY)["changes"] == 0


def test_follow_ups_begin_on_the_day_the_limit_of_the_product_was_reached(ryo, short):
    deal = live_deal(last_contact_on=ago(75), product=short)
    published(ryo, limit_from="lead_time", mode="auto")
    sweep(as_of=TODAY)
    assert deal.cycles.get().entered_on == ago(45)


def test_after_an_undo_the_business_is_as_it_was(ryo, short, long):
    a_business(short, long, None)
    published(ryo, limit_from="lead_time", mode="auto")
    before = digests()
    run = sweep(as_of=TODAY)["run"]
    assert digests() != before
    assert not preview_undo(SweepChange.objects.filter(run=run).first().run).kept
    undo_sweep(run, by=ryo, as_of=TODAY)
    assert digests() == before
    change_rule(rule=Rule.objects.get(code="R-60"), changes={"mode": "auto"}, by=ryo, as_of=TODAY)
    assert Rule.objects.get(code="R-60").product_limits  # switched on again it has the limits it was published with
    first = sweep(as_of=TODAY)["todos_created"]
    assert first == SweepChange.objects.filter(run=run, verb="opened").count()


def test_wins_after_the_day_of_publishing_change_nothing_until_it_is_published_again(ryo, short):
    published(ryo, limit_from="lead_time", mode="auto")
    wins(short, *[300] * 10)
    rule = Rule.objects.get(code="R-60")
    assert RuleSpec.of(rule).limit_of(short.pk).value == 30
    made = published(ryo, limit_from="lead_time")
    assert made.changes == {"product_limits": {str(short.pk): {"product": "短期プラン", "days": 210, "wins": 15}}}
    assert RuleSpec.of(Rule.objects.get(code="R-60")).limit_of(short.pk).value == 210


def test_a_trial_that_was_seen_before_another_win_does_not_let_it_be_published(ryo, short):
    rule = Rule.objects.get(code="R-60")
    changed = {"limit_from": "lead_time"}
    seen = mark_of_trial("R-60", rule.version, _content(rule, changed), by=ryo, as_of=TODAY)
    wins(short, 300)
    publication = Publication(content=changed, seen=seen, version=1, effective_on=TODAY)
    with pytest.raises(Exception, match="試算をまだ見ていません"):
        publish(code="R-60", publication=publication, by=ryo, as_of=TODAY)


def test_back_to_one_limit_for_all_nothing_is_left_of_the_lead_times(ryo, short):
    published(ryo, limit_from="lead_time")
    published(ryo, limit_from="rule")
    rule = Rule.objects.get(code="R-60")
    assert (rule.product_limits, RuleSpec.of(rule).limit_of(short.pk).value) == ({}, 60)


def test_the_sentence_names_days_and_numbers_of_wins(ryo, short, rare):
    published(ryo, limit_from="lead_time", mode="auto")
    rule = Rule.objects.get(code="R-60")
    assert "製品の平均リードタイム(短期プラン 30日・n=5、ほかは60日)以上たった商談は" in rule_sentence(rule)
    with translation.override("en"):
        said_in_english = rule_sentence(rule)
    assert (
        "for the average lead time of their product (短期プラン 30 days, n=5; otherwise 60 days) or longer"
        in said_in_english
    )


def test_with_too_few_wins_of_every_product_the_sentence_says_so(rare):
    rule = with_own_limits(as_it_would_be(Rule.objects.get(code="R-60"), {"limit_from": "lead_time"}), TODAY)
    assert "60日(過去1年の受注が5件になった製品から平均リードタイムを使います)" in rule_sentence(rule)


def test_twelve_products_are_named_and_the_others_counted():
    for n in range(14):
        wins(Product.objects.create(name=f"P{n:02}"), *[20] * 5)
    rule = with_own_limits(as_it_would_be(Rule.objects.get(code="R-60"), {"limit_from": "lead_time"}), TODAY)
    sentence = rule_sentence(rule)
    assert "P11 20日" in sentence
    assert "P12" not in sentence
    assert "ほか2製品" in sentence


def test_the_announcement_shows_which_words_changed(ryo, short):
    parts = said(published(ryo, limit_from="lead_time")).diff
    assert "".join(piece.text for piece in parts if piece.kind != "new").startswith("「未着手")
    assert "短期プラン" in "".join(piece.text for piece in parts if piece.kind == "new")


def test_the_evidence_and_the_why_name_the_product_and_its_wins(ryo, short, rare):
    own, others = (live_deal(last_contact_on=ago(75), product=product) for product in (short, rare))
    published(ryo, limit_from="lead_time", mode="auto")
    sweep(as_of=TODAY)
    facts = {change.deal_id: change.evidence for change in SweepChange.objects.filter(verb="opened")}
    assert [facts[own.pk][name] for name in ("limit", "unit", "product", "wins")] == [30, "day", "短期プラン", 5]
    assert [facts[others.pk][name] for name in ("limit", "unit", "product", "wins")] == [60, "day", "", 0]
    assert "上限の30日(短期プランの平均リードタイム、n=5)に達していたため" in why(todo_of(own))
    change = SweepChange.objects.get(deal=others)
    assert "上限の60日(この製品には平均リードタイムがないため、ルールの日数)に達していたため" in why_of(change)


def test_the_countdown_of_a_deal_knows_the_limit_of_its_product(ryo, short):
    published(ryo, limit_from="lead_time", mode="auto")
    deal = live_deal(last_contact_on=ago(25), product=short)
    deal.open_todos = []
    assert countdown(deal, Rule.objects.acting(), {}, TODAY).left == 5


def test_the_back_test_holds_each_deal_against_the_limit_of_its_product(short, long):
    for product, days in ((short, 74), (long, 74)):
        deal = live_deal(last_contact_on=ago(days), product=product)
        ActivityFactory(deal=deal, day=ago(days))
    [one] = backtest(tried(), TODAY).found
    assert (Deal.objects.get(pk=one.deal_id).product, (TODAY - one.on).days) == (short, 44)


def test_deals_over_the_limit_of_their_product_before_the_day_are_left_alone_if_so_published(short, long):
    spec = replace(tried(), applies_from_on=TODAY)
    over, reaches_it = (live_deal(last_contact_on=ago(days), product=short) for days in (31, 30))
    late, on_time = (live_deal(last_contact_on=ago(days), product=long) for days in (101, 100))
    found = set(Deal.objects.filter(spec.condition(TODAY)).values_list("pk", flat=True))
    assert found == {reaches_it.pk, on_time.pk}


def test_the_number_of_questions_does_not_grow_with_the_products(ryo):
    counts = []
    for n in range(2):
        for m in range(1 + 5 * n):
            product = Product.objects.create(name=f"P{n}{m}")
            wins(product, *[20] * 5)
            live_deal(last_contact_on=ago(40), product=product)
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            whatif(tried(), TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1]
