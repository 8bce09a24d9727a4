"""Files of a whole team, invented anew for each seed: every kind of record, and a second version of some of them."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from followups.digest import digests
from intake.models import ImportBatch
from intake.report import Report
from intake.undoing.batches import Undone, undo_import
from tests.factories import TODAY
from tests.intake.conftest import Desk

MAPS = {
    "users": """
kind = "users"
[columns]
external_id = "id"
name = "name"
email = "email"
roles = "roles"
team = "team"
manager = "boss"
""",
    "companies": """
kind = "companies"
[columns]
external_id = "id"
name = "name"
phone = "phone"
""",
    "contacts": """
kind = "contacts"
[columns]
external_id = "id"
name = "name"
company = "company"
email = "email"
""",
    "leads": """
kind = "leads"
[columns]
external_id = "id"
name = "name"
company = "company"
source = "source"
status = "status"
owner = "owner"
created_on = "made"
[defaults]
status = "new"
""",
    "deals": """
kind = "deals"
[columns]
external_id = "id"
company = "company"
product = "product"
lead = "lead"
status = "status"
is_owner = "inside"
fs_owner = "field"
amount = "amount"
created_on = "made"
last_contact_on = "touched"
closed_on = "closed"
lost_reason = "why"
next_approach_on = "next"
approach_contact_text = "whom"
hook = "hook"
revived_from = "old"
""",
    "activities": """
kind = "activities"
[columns]
external_id = "id"
kind = "kind"
direction = "way"
outcome = "result"
occurred_at = "when"
owner = "who"
deal = "deal"
lead = "lead"
""",
    "todos": """
kind = "todos"
[columns]
external_id = "id"
subject = "what"
due_on = "due"
status = "status"
assignee = "who"
deal = "deal"
""",
}  # fmt: skip
HEADERS = {
    "users": "id,name,email,roles,team,boss",
    "companies": "id,name,phone",
    "contacts": "id,name,company,email",
    "leads": "id,name,company,source,status,owner,made",
    "deals": "id,company,product,lead,status,inside,field,amount,made,touched,closed,why,next,whom,hook,old",
    "activities": "id,kind,way,result,when,who,deal,lead",
    "todos": "id,what,due,status,who,deal",
}
OPEN = ("ongoing", "scheduling")


@dataclass
class Team:
    """The files of one team; `day` numbers the versions of its files."""

    desk: Desk
    seed: int
    size: int = 12
    batches: list[ImportBatch] = field(default_factory=list)
    before: list[dict[str, str]] = field(default_factory=list)

    def rows(self, kind: str, version: int) -> str:
        """The file; a row differs between versions with a chance of one in two."""
        lines = []
        for n in range(self.size):
            dice = random.Random(
                f"{self.seed}{kind}{n}{version if random.Random(f'{kind}{n}{version}').random() < 0.5 else 0}"
            )
            lines.append(f"{kind[0].upper()}{n}," + ",".join(getattr(self, f"_{kind}")(n, dice)))
        return "\n".join([HEADERS[kind], *lines]) + "\n"

    def bring_in(self, kind: str, version: int = 0) -> Report:
        """Import the file, and remember what the world was like before."""
        self.before.append(digests())
        report = self.desk.bring_in(self.rows(kind, version), MAPS[kind])
        self.batches.append(ImportBatch.objects.get(pk=report.batch))
        return report

    def take_back(self) -> tuple[Undone, dict[str, str]]:
        """Undo the newest import that stands; what came of it, and what the world was like before that import."""
        batch = self.batches.pop()
        return undo_import(batch, by=None, as_of=TODAY), self.before.pop()

    def _users(self, n: int, dice: random.Random) -> list[str]:
        return [f"人{n}{dice.choice('甲乙')}", f"u{n}@example.com", dice.choice(("IS", "FS", "IS;FS")), f"課{n % 3}",
                dice.choice(("", "部長"))]  # fmt: skip

    def _companies(self, n: int, dice: random.Random) -> list[str]:
        return [f"会社{n}{dice.choice(('', '㈱'))}", dice.choice(("", "03-1234-567" + str(n % 10)))]

    def _contacts(self, n: int, dice: random.Random) -> list[str]:
        return [f"顧客{n}", dice.choice((f"会社{n}", f"新会社{n}", "")), dice.choice(("", f"c{n}@example.com"))]

    def _leads(self, n: int, dice: random.Random) -> list[str]:
        return [f"見込{n}", f"会社{n}", dice.choice(("展示会", "紹介", "")), dice.choice(("new", "scheduling", "")),
                f"人{n}甲", day(dice)]  # fmt: skip

    def _deals(self, n: int, dice: random.Random) -> list[str]:
        status = dice.choice((*OPEN, "won", "lost", "lost", "returned_to_is"))
        closed = day(dice) if status in ("won", "lost") else ""
        loss = ["competitor", "2025-09-01", "吉田様", "来期の予算が決まる頃に"] if status == "lost" else [""] * 4
        old = f"D{n - 6}" if n >= 6 and dice.random() < 0.4 else ""
        who = [f"会社{n}", f"品{n % 4}", dice.choice((f"L{n}", "")), status, f"内勤{n % 2}", f"外勤{n % 3}"]
        touched = dice.choice((day(dice), ""))
        return [*who, str(dice.randrange(9) * 1000), "2024-11-05", touched, closed, *loss, old]

    def _activities(self, n: int, dice: random.Random) -> list[str]:
        kind = dice.choice(("call", "email", "visit"))
        result = dice.choice(("callback", "no_answer")) if kind == "call" else ""
        return [kind, dice.choice(("inbound", "outbound")), result, day(dice), f"内勤{n % 2}",
                f"D{n % self.size}", dice.choice(("", f"L{n % self.size}"))]  # fmt: skip

    def _todos(self, n: int, dice: random.Random) -> list[str]:
        return [f"連絡{n}", day(dice), dice.choice(("open", "done", "cancelled")), f"内勤{n % 2}",
                dice.choice(("", f"D{n % self.size}"))]  # fmt: skip


def day(dice: random.Random) -> str:
    """A day of the half year before TODAY."""
    return str(TODAY - timedelta(days=dice.randrange(1, 180)))


EVERY_KIND = tuple(MAPS)
