"""A deal, the one that revives it, a lead and their to-dos: each step is what somebody does to them."""

from datetime import timedelta

from hypothesis import strategies as st

from activities.actions import (
    Completion,
    complete_todos,
    log_activities,
    reassign_todos,
)
from activities.models import Activity, Todo
from deals.actions import edit_deals
from deals.states import DealStatus
from people.records import Edit
from tests.dashboards.cohorts import january, win_deal
from tests.factories import (
    ExemptionFactory,
    LeadFactory,
    TodoFactory,
    UserFactory,
)
from tests.followups import test_cohort_days as cohort_days
from tests.followups.test_cohort_days import at

steps = st.lists(
    st.one_of(
        cohort_days.steps,
        st.tuples(st.just("win"), st.sampled_from(["deal", "new"])),
        st.tuples(st.just("ask"), st.sampled_from(["deal", "new", "lead", "nobody"]), st.integers(-9, 9)),
        st.tuples(st.sampled_from(["do", "move", "give", "edit", "exempt", "call_lead"]), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=10,
)


class World(cohort_days.World):
    """The world of follow-ups, with to-dos, orders, owners and leads beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.staff = [UserFactory(inside=True) for _number in range(3)]
        self.lead = LeadFactory(created_on=january(1))
        self.nobody = None

    def win(self, name):
        if self.status(name) == DealStatus.ONGOING:
            win_deal(getattr(self, name), self.today)

    def ask(self, name, days):
        of = {"lead": {"deal": None, "lead": self.lead}, "nobody": {"deal": None, "is_imported": True}}
        whose = of.get(name) or {"deal": getattr(self, name)}
        if name in of or getattr(self, name):
            due_on = self.today + timedelta(days=days)
            TodoFactory(**whose, original_due_on=due_on, created_on=self.today, assignee=self.staff[days % 3])

    def todo(self):
        return Todo.objects.open().order_by("pk").last()

    def do(self, _days):
        if made := self.todo():
            complete_todos([Completion(made.pk)], by=None, as_of=self.today)

    def move(self, days):
        if made := self.todo():
            Todo.objects.filter(pk=made.pk).update(effective_due_on=self.today + timedelta(days=days))

    def give(self, number):
        if made := self.todo():
            reassign_todos([made.pk], self.staff[number % 3], by=None, as_of=self.today)

    def edit(self, number):
        edit_deals([Edit(self.deal.pk, {"amount": number, "competitor": f"他社{number}"})])

    def exempt(self, days):
        ExemptionFactory(deal=self.deal, starts_on=self.today, expires_on=self.today + timedelta(days=days))

    def call_lead(self, days):
        made = Activity(kind="call", outcome="callback", occurred_at=at(self.today), lead=self.lead)
        made.owner = self.staff[days % 3]
        log_activities([made], by=made.owner, as_of=self.today)
