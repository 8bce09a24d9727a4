"""The people of the made-up company: three teams, twelve reps, and those who look after them."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from people.actions import add_roles, create_people
from people.models import Team, User
from people.states import Role, TeamKind

PASSWORD = "demo-salesfollow"
DOMAIN = "example.co.jp"

INSIDE, FIELD, ONLINE = "インサイドセールス課", "フィールドセールス課", "オンラインセールス課"
TEAMS = {INSIDE: TeamKind.IS, FIELD: TeamKind.FS, ONLINE: TeamKind.COMBINED}


class Part(NamedTuple):
    """One person: name, reading, login, roles, team, and a cap of his own."""

    name: str
    kana: str
    login: str
    roles: tuple[Role, ...]
    team: str | None = None
    todo_cap: int | None = None

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


PARTS = (
    Part("佐藤 美咲", "サトウ ミサキ", "misaki.sato", (Role.IS,), INSIDE),
    Part("田中 蓮", "タナカ レン", "ren.tanaka", (Role.IS,), INSIDE),
    Part("鈴木 陽菜", "スズキ ヒナ", "hina.suzuki", (Role.IS,), INSIDE, 6),
    Part("高橋 拓海", "タカハシ タクミ", "takumi.takahashi", (Role.IS,), INSIDE),
    Part("伊藤 さくら", "イトウ サクラ", "sakura.ito", (Role.IS,), INSIDE),
    Part("中村 健太", "ナカムラ ケンタ", "kenta.nakamura", (Role.FS,), FIELD),
    Part("小林 大輔", "コバヤシ ダイスケ", "daisuke.kobayashi", (Role.FS,), FIELD),
    Part("加藤 彩香", "カトウ アヤカ", "ayaka.kato", (Role.FS,), FIELD),
    Part("吉田 翔", "ヨシダ ショウ", "sho.yoshida", (Role.FS,), FIELD),
    Part("山本 千尋", "ヤマモト チヒロ", "chihiro.yamamoto", (Role.FS,), FIELD),
    Part("松本 結衣", "マツモト ユイ", "yui.matsumoto", (Role.IS, Role.FS), ONLINE),
    Part("井上 直樹", "イノウエ ナオキ", "naoki.inoue", (Role.IS, Role.FS), ONLINE),
    Part("渡辺 直子", "ワタナベ ナオコ", "naoko.watanabe", (Role.IS_MANAGER,), INSIDE),
    Part("山口 亮", "ヤマグチ リョウ", "ryo.yamaguchi", (Role.OPS_ADMIN,)),
    Part("斎藤 浩一", "サイトウ コウイチ", "koichi.saito", (Role.VIEWER,)),
)
MANAGER = "渡辺 直子"
ADMIN = "山口 亮"
PART_TIMER = "鈴木 陽菜"  # works half days: cap 6, and is over it today


@dataclass(frozen=True, slots=True)
class Cast:
    """The company's people by what they do; the two of the online team stand in both lists."""

    everybody: dict[str, User]
    inside: list[User]
    field: list[User]

    @property
    def manager(self) -> User:
        return self.everybody[MANAGER]

    @property
    def admin(self) -> User:
        return self.everybody[ADMIN]


def hire() -> Cast:
    """Take everybody in, with one password for all: this is a demo."""
    teams = {name: Team.objects.create(name=name, kind=kind) for name, kind in TEAMS.items()}
    users = create_people([_user(part, teams) for part in PARTS], by=None)
    everybody = {user.name: user for user in users}
    add_roles([(everybody[part.name].pk, role) for part in PARTS for role in part.roles], by=None)
    manager = everybody[MANAGER]
    User.objects.filter(team__isnull=False).exclude(pk=manager.pk).update(manager=manager)
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=make_password(PASSWORD))
    Team.objects.update(leak_check_owner=manager)
    return Cast(everybody, _with(Role.IS, everybody), _with(Role.FS, everybody))


def _user(part: Part, teams: dict[str, Team]) -> User:
    team = teams[part.team] if part.team else None
    return User(name=part.name, kana=part.kana, email=part.email, team=team, todo_cap=part.todo_cap)


def _with(role: Role, everybody: dict[str, User]) -> list[User]:
    return [everybody[part.name] for part in PARTS if role in part.roles]
