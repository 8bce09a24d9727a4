"""A small company in which everybody holds one of everything, so that any page can be asked about anybody's record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from unittest import mock

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from activities.models import Activity, CallProject, CallProjectMember, SavedList, Todo
from deals.models import Deal, FollowUpCycle, Product
from followups.models import Announcement, Notice, Proposal, Rule, RuleDraft, Suggestion, SweepRun
from followups.rules import sweep
from followups.rules.settings import content
from intake.models import ImportBatch, ImportUndo, UploadedFile
from leads.models import AvailabilityGuess, Company, Contact, Lead, NurturingReason
from people.models import Absence, SosCall, Team, User, Wording
from people.states import Role, WordKind
from tests.factories import (
    TODAY,
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CycleFactory,
    DealFactory,
    LeadFactory,
    TeamFactory,
    TodoFactory,
    UserFactory,
    days_ago,
)

PASSWORD = "tsugi-no-itte"
AWAY = days_ago(-20)
DIGEST = {"due": 3, "promised": 1, "overdue": 2, "new": 4}
NOW = timezone.make_aware(datetime.combine(TODAY, time(10)))  # a Thursday, ten o'clock in Tokyo


@contextmanager
def frozen(moment: datetime = NOW) -> Iterator[None]:
    """Every page is asked at this moment."""
    with mock.patch.object(timezone, "now", lambda: moment):
        yield


@dataclass
class Held:
    """One of every kind of record in the hands of one person, or in nobody's (holder None)."""

    holder: User | None
    live: Deal
    followed: Deal
    lost: Deal
    todo: Todo
    todo_while_away: Todo
    lead: Lead
    untrue_lead: Lead
    proposal: Proposal
    project: CallProject
    member: CallProjectMember
    company: Company
    twin: Company
    contact: Contact
    namesake: Contact
    guess: AvailabilityGuess
    call: Activity
    saved: SavedList | None
    notice: Notice | None
    sos: SosCall | None
    absence: Absence | None


@dataclass
class World:
    """`roles`: somebody of each role in one team; `mate` sits beside them, `far` and the newcomer in another team."""

    roles: dict[str, User]
    mate: User
    far: User
    leaver: User
    newcomer: User
    team: Team
    run: SweepRun
    announcement: Announcement
    product: Product
    upload: UploadedFile
    tried: ImportBatch
    brought_in: ImportBatch
    undo: ImportUndo
    held: dict[int | None, Held]

    def of(self, who: User | None) -> Held:
        """What he holds."""
        return self.held[who.pk if who else None]

    def at(self, distance: str, who: str) -> Held:
        """A record at this distance from the person of that role: own, mate, far or nobody."""
        return self.of({"own": self.roles[who], "mate": self.mate, "far": self.far, "nobody": None}[distance])


def build() -> World:
    """Everybody's records; nothing about them differs but who holds them."""
    team, other = TeamFactory(name="東日本"), TeamFactory(name="西日本")
    both = [Role.IS, Role.FS]
    roles = {
        "IS": UserFactory(inside=True, team=team),
        "FS": UserFactory(field=True, team=team),
        "manager": UserFactory(manager=True, team=team),
        "admin": UserFactory(admin=True, team=team),
        "viewer": UserFactory(viewer=True, team=team),
        "both": UserFactory(roles=both, team=team),
    }
    for user in roles.values():
        user.password = make_password(PASSWORD)
        user.save()
    mate, far = UserFactory(roles=both, team=team), UserFactory(roles=both, team=other)
    seats = {"inside": UserFactory(inside=True, team=other), "field": UserFactory(field=True, team=other)}
    held = {person.pk: _hold(person, **seats) for person in [*roles.values(), mate, far]}
    run = SweepRun.objects.get(pk=sweep(as_of=TODAY)["run"])
    Rule.objects.filter(code="R-60").update(mode="suggest")
    Wording.objects.create(kind=WordKind.DEAL_STATUS, code="lost", label_ja="失注済み")
    DealFactory(lost=True, lost_in_scope=False)  # judged otherwise than its reason would be today
    upload = _upload(roles["admin"])
    leaver, product = UserFactory(gone=True), Product.objects.create(name="勤怠クラウド")
    return World(
        roles,
        mate,
        far,
        leaver,
        UserFactory(roles=both, team=other),
        team,
        run,
        _announced(roles["admin"]),
        product,
        upload,
        upload.batches.create(kind="companies", file_name=upload.name, status="done", is_dry_run=True),
        *_undoable(roles["admin"]),
        {**held, None: _hold(None, **seats)},
    )


def _upload(by: User) -> UploadedFile:
    """A list of companies, read and not yet imported; the file itself is gone."""
    names = {"name": "会社名", "filled": 1, "samples": ["青葉"], "values": [], "distinct": 1, "repeats": 0, "days": ""}
    reading = {
        "encoding": "utf-8", "delimiter": ",", "header_row": 1, "rows": 1, "first": [["青葉"]], "notes": [],
        "columns": [names],
    }  # fmt: skip
    plan = {"kind": "companies", "columns": {"name": "会社名"}, "values": {}}
    return UploadedFile.objects.create(
        uploaded_by=by, parcel="p", name="会社.csv", stored="p/a.csv", kind="companies", reading=reading, plan=plan
    )


def _undoable(by: User) -> tuple[ImportBatch, ImportUndo]:
    """An import that may be taken back, and what that would do."""
    batch = ImportBatch.objects.create(kind="companies", file_name="会社.csv", status="done", started_by=by)
    batch.steps.create()
    return batch, batch.undos.create(asked_by=by, as_of=TODAY, status="done", steps_total=1, steps_done=1)


def _announced(admin: User) -> Announcement:
    """A version of R-14 whose day has not come, a draft of R-60, and a deal that R-60 suggests."""
    rule, other = Rule.objects.get(code="R-14"), Rule.objects.get(code="R-60")
    run = SweepRun.objects.latest("pk")
    deal = DealFactory(status="ongoing", created_on=days_ago(100), name="提案中")
    Suggestion.objects.create(
        deal=deal, rule_code="R-60", rule_version=1, clock_from_on=deal.created_on, suggested_on=TODAY,
        applies_on=days_ago(-5), run=run,
    )  # fmt: skip
    RuleDraft.objects.create(rule=other, content=content(other) | {"value": 50}, base_version=1, saved_by=admin)
    said = content(rule)
    return Announcement.objects.create(
        rule=rule, version=rule.version + 1, before=said, after=said | {"value": 21}, changes={"value": 21},
        effective_on=days_ago(-30), published_by=admin, figures={"matched": 3, "now": 4, "plus": 0, "minus": 1},
    )  # fmt: skip


def _hold(holder: User | None, *, inside: User, field: User) -> Held:
    """The deal's other side is held by somebody of the other team, so that it opens no door."""
    company = CompanyFactory(name=f"株式会社{holder.name if holder else '未割当'}商事", phone="0312345678")
    contact, namesake = ContactFactory(company=company), ContactFactory(company=company)
    owners = {"fs_owner": holder, "is_owner": holder}
    if holder is not None and not holder.has_role(Role.IS) and holder.has_role(Role.FS):
        owners["is_owner"] = inside
    if holder is not None and not holder.has_role(Role.FS) and holder.has_role(Role.IS):
        owners["fs_owner"] = field
    about: dict[str, Any] = {"company": company, "contact": contact, **owners}
    live, followed, lost = DealFactory(**about), DealFactory(**about), DealFactory(**about, lost=True)
    for deal, kind in ((followed, {}), (lost, {"lost": True})):
        _follow(deal, holder, **kind)
    lead = LeadFactory(owner=holder, company=company, contact=contact)
    todo = TodoFactory(deal=live, contact=contact, assignee=holder, original_due_on=TODAY + timedelta(days=4))
    person = holder or inside
    call = ActivityFactory.build(deal=live, contact=contact, owner=person, occurred_at=NOW)
    call.occurred_on, call.created_at = TODAY, NOW
    call.save()
    project = CallProject.objects.create(name="夏の架電", owner=person, starts_on=TODAY, ends_on=days_ago(-60))
    return Held(
        holder=holder, live=live, followed=followed, lost=lost, todo=todo, lead=lead, company=company, contact=contact,
        twin=CompanyFactory(), namesake=namesake, call=call, project=project,
        untrue_lead=_untrue_lead(holder),
        proposal=Proposal.objects.create(
            deal=followed, fs=person, meeting_on=days_ago(-5), proposed_on=TODAY, proposed_by=inside
        ),
        member=CallProjectMember.objects.create(project=project, deal=live),
        guess=AvailabilityGuess.objects.create(
            contact=contact, guess="as_usual", starts_on=TODAY, ends_on=days_ago(-5), noted_by=inside
        ),
        notice=holder and Notice.objects.create(user=holder, kind="digest", for_on=TODAY, content=DIGEST),
        saved=holder and SavedList.objects.create(owner=holder, page="deals", name="夏", query="status=lost"),
        todo_while_away=TodoFactory(deal=live, contact=contact, assignee=holder, original_due_on=AWAY),
        absence=holder and Absence.objects.create(user=holder, starts_on=AWAY, ends_on=AWAY),
        sos=holder and SosCall.objects.create(user=holder, raised_on=TODAY),
    )  # fmt: skip


def _follow(deal: Deal, holder: User | None, **kind: Any) -> FollowUpCycle:
    cycle = CycleFactory(deal=deal, is_owner=deal.is_owner, **kind)
    TodoFactory(rule_made=True, cycle=cycle, assignee=deal.is_owner, original_due_on=TODAY + timedelta(days=1))
    return cycle


def _untrue_lead(holder: User | None) -> Lead:
    """Nurtured "with a next step", and there is none."""
    return LeadFactory(
        owner=holder, status="nurturing_action", nurturing_reason=NurturingReason.objects.get(code="timing")
    )
