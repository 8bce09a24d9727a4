"""The demo company as photographed: on a Friday before three days off, with what its people would have made by then."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management import call_command
from django.db.models import Count, Max
from django.utils import timezone

from activities.actions import add_to_project, create_project, save_list
from activities.models import Activity, CallProject, SavedList, Todo
from deals.models import Deal
from followups.actions import Appointment, propose
from followups.models import Announcement, Proposal, Receipt, Rule, SweepRun
from followups.rules.settings import content
from followups.states import MeetingWay
from intake.models import ImportBatch, ImportUndo, UploadedFile
from intake.runs import ask, work
from intake.undoing.asked import ask_undo, work_undos
from intake.uploads import take_in
from leads.models import Company, Contact, Lead
from people.models import User

AS_OF = date(2026, 11, 20)
MORNING = timezone.make_aware(datetime.combine(AS_OF, time(9, 42)))

CALLER, SELLER = "hina.suzuki@example.co.jp", "kenta.nakamura@example.co.jp"
MANAGER, ADMIN = "naoko.watanabe@example.co.jp", "ryo.yamaguchi@example.co.jp"


@dataclass(frozen=True)
class Scene:
    """The records that the pictures are about."""

    todo: Todo
    live: Deal
    quoted: Deal
    lost: Deal
    returned: Deal
    proposal: Proposal
    lead: Lead
    new_lead: Lead
    company: Company
    contact: Contact
    namesake: Contact
    project: CallProject
    member: int
    saved: SavedList
    run: SweepRun
    caller: User
    upload: UploadedFile
    tried: ImportBatch
    undo: ImportUndo


def build() -> Scene:
    """Fill the empty database; the clock stands at MORNING."""
    call_command("migrate", verbosity=0)
    call_command("demo", as_of=AS_OF, verbosity=0)
    people = {user.email: user for user in User.objects.all()}
    caller, seller, manager = people[CALLER], people[SELLER], people[MANAGER]
    contact, namesake = _one_number()
    project = _project(manager)
    _announce(people[ADMIN], [caller, seller, manager])
    return Scene(
        todo=Todo.objects.filter(assignee=caller, status="open", effective_due_on__lte=AS_OF, deal__isnull=False)
        .order_by("effective_due_on", "pk")[0],
        live=_most_talked(Deal.objects.filter(status="contacting", fs_owner=seller)),
        quoted=_most_talked(Deal.objects.filter(status="quoted", fs_owner=seller, is_followed=False)),
        lost=_most_talked(Deal.objects.filter(status="lost", is_followed=True, is_owner=caller)),
        returned=_most_talked(Deal.objects.filter(status="returned_to_is")),
        proposal=_proposal(caller, seller),
        lead=Lead.objects.filter(status="nurturing_action").order_by("-pk")[0],
        new_lead=Lead.objects.filter(status="new").order_by("-pk")[0],
        company=_most_talked(Deal.objects.filter(status="quoted", fs_owner=seller)).company,
        contact=contact,
        namesake=namesake,
        project=project,
        member=project.members.order_by("pk")[0].pk,
        saved=save_list(SavedList(owner=seller, page="deals", name="見積のあと", query="status=quoted")),
        run=SweepRun.objects.order_by("-pk")[0],
        caller=caller,
        **_moving_in(people[ADMIN]),
    )  # fmt: skip


def _moving_in(admin: User) -> dict[str, Any]:
    """Forty deals as a Japanese Salesforce writes them, uploaded and tried out."""
    phases = (("提案", ""), ("失注", "競合"), ("見積", ""), ("受注", ""), ("保留", ""), ("失注", "時期尚早"))
    rows = ["商談 ID,取引先名,商談名,フェーズ,商談 所有者,失注理由,最終活動日,作成日,完了予定日,金額 (円)"]
    for n in range(40):
        (phase, why), day = phases[n % len(phases)], AS_OF - timedelta(days=20 + 3 * n)
        company = ("㈱", "株式会社")[n % 2] + ("髙橋物流", "北斗ロジスティクス", "東亜プレス工業")[n % 3]
        touched = "来春" if n == 9 else f"{day:%Y/%m/%d}"
        rows.append(f"006{n:03},{company},勤怠 {n * 5}名,{phase},中村 健太,{why},{touched},{day:%Y/%m/%d},,{n}00000")
    content = "\r\n".join([*rows, "合計,40"]).encode("cp932")
    [upload], _refused = take_in("商談_2026-11-19.csv", [content], by=admin)
    tried = ask(upload, by=admin, as_of=AS_OF, is_dry_run=True)
    work(timezone.now())
    return {"upload": upload, "tried": tried, "undo": _undo(admin)}


def _undo(admin: User) -> ImportUndo:
    """A list of an exhibition that came in and is to be taken back; one of its companies has been called meanwhile."""
    names = ("大和精機", "瀬戸内フーズ", "千代田印刷", "白樺リゾート", "みなと運輸")
    rows = ["会社ID,会社名,電話番号", *(f"EX{n},{name},03-5555-01{n:02}" for n, name in enumerate(names))]
    [upload], _refused = take_in("展示会名簿_2026秋.csv", ["\r\n".join(rows).encode("cp932")], by=admin)
    batch = ask(upload, by=admin, as_of=AS_OF, is_dry_run=False)
    work(timezone.now())
    Activity.objects.create(
        kind="call", outcome="callback", company=Company.objects.get(external_id="EX2"), owner=admin,
        occurred_at=timezone.now(),
    )  # fmt: skip
    ImportBatch.objects.filter(pk=batch.pk).update(started_at=MORNING)
    undo = ask_undo(batch, by=admin, as_of=AS_OF, is_preview=True)
    work_undos(timezone.now())
    undo.refresh_from_db()
    return undo


def _announce(admin: User, readers: list[User]) -> None:
    """R-14 will wait a week longer; those who look have confirmed it, so that no prompt stands above their pages."""
    rule = Rule.objects.get(code="R-14")
    said, changes = content(rule), {"value": 21, "due_offset_value": 2}
    made = Announcement.objects.create(
        rule=rule, version=rule.version + 1, before=said, after=said | changes, changes=changes, published_by=admin,
        published_at=MORNING,
        effective_on=date(2026, 12, 1), reason="3か月後のToDoより、2か月後のほうが着電率が高いため。",
        figures={"matched": 2, "now": 5, "plus": 0, "minus": 3},
    )  # fmt: skip
    Receipt.objects.bulk_create(
        Receipt(announcement=made, user=user, confirmed_at=MORNING) for user in [admin, *readers]
    )


def _most_talked(deals) -> Deal:
    """The one with the longest history, so that the page has something to tell."""
    return deals.annotate(talks=Count("activities")).order_by("-talks", "-pk")[0]


def _one_number() -> tuple[Contact, Contact]:
    """Two contacts of one company with the same phone number."""
    pair = (
        Contact.objects.exclude(phone="")
        .values("company", "phone")
        .annotate(n=Count("pk"), last=Max("pk"))
        .filter(n=2)
        .order_by("company")[0]
    )
    first, second = Contact.objects.filter(company=pair["company"], phone=pair["phone"]).order_by("pk")
    return first, second


def _proposal(caller: User, seller: User) -> Proposal:
    deal = _most_talked(Deal.objects.filter(status="returned_to_is", is_owner=caller))
    meeting = Appointment(seller.pk, date(2026, 11, 27), time(14), MeetingWay.WEB_MEETING, "総務部長も同席の予定です。")
    return propose(deal.pk, meeting, by=caller, as_of=AS_OF)


def _project(manager: User) -> CallProject:
    project = create_project(
        CallProject(name="12月の36協定更新", owner=manager, starts_on=AS_OF, ends_on=date(2026, 12, 25)), by=manager
    )
    ids = Deal.objects.filter(status="returned_to_is").order_by("pk").values_list("pk", flat=True)[:24]
    add_to_project(project.pk, deal_ids=list(ids[:14]), call_on=date(2026, 11, 25), by=manager, as_of=AS_OF)
    add_to_project(project.pk, deal_ids=list(ids[14:]), by=manager, as_of=AS_OF)
    return project
