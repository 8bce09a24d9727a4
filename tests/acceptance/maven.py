"""Opportunities of 30 FS agents, six managers, no inside sales at first."""

from tests.acceptance.world import DATA, MAPS, Verdicts, World, opened

AS_OF = "2017-12-31"
FILES = DATA / "maven_mdy"
TEAMS = {
    "Summer Sewald": 393,
    "Celia Rouche": 323,
    "Melvin Marxen": 215,
    "Cara Losch": 207,
    "Rocco Neubert": 202,
    "Dustin Brinkmann": 193,
}

MONTHS = tuple(f"2017-{month:02}" for month in range(3, 13))
LOST = dict(zip(MONTHS, (116, 301, 367, 110, 319, 339, 132, 287, 362, 140), strict=True))
WON = dict(zip(MONTHS, (531, 285, 438, 531, 308, 446, 503, 279, 406, 511), strict=True))
LOST_BY_TEAM = dict(zip(
    ("Melvin Marxen", "Summer Sewald", "Dustin Brinkmann", "Rocco Neubert", "Celia Rouche", "Cara Losch"),
    (536, 459, 439, 422, 352, 265), strict=True,
))  # fmt: skip


def check(verdicts: Verdicts) -> None:
    """Import, sweep, hire six people, sweep again, and the variations on fresh copies."""
    with opened("Maven", verdicts) as world:
        world.migrate()
        _import(world)
        with world.branch("R-60 at 61 days") as copy:
            copy.run("rules", "--set", "R-60", "value=61")
            copy.equal("opened", 1532, copy.sweep(AS_OF)["rules"]["R-60"]["opened"])
        with world.branch("as of today") as copy:
            today = copy.sweep_today()
            copy.equal("opened, covered", (2089, 2473), (today["rules"]["R-60"]["opened"], today["covered"]))
        _first_sweep(world)
        _reports(world)
        _with_inside_sales(world)
        again = world.load(FILES / "sales_pipeline.csv", "maven_deals")
        world.equal("the same import again", (8800, 0, 0), (again["unchanged"], again["updated"], again["created"]))
        world.equal("the sweep after it: changes", 0, world.sweep(AS_OF)["changes"])


def _import(world: World) -> None:
    world.load(FILES / "sales_teams.csv", "maven_users")
    world.load(FILES / "accounts.csv", "maven_companies")
    deals = world.load(FILES / "sales_pipeline.csv", "maven_deals")
    picked = {name: deals[name] for name in ("rows", "created", "rejected")}
    world.equal("deals", {"rows": 8800, "created": 8800, "rejected": 0}, picked)
    world.equal("imported losses", 2473, sum(warning["code"] == "imported_loss" for warning in deals["warnings"]))
    statuses = {"won": 4238, "lost": 2473, "ongoing": 1589, "not_started": 500}
    world.equal("deals by status", statuses, world.counts("deals", "--as-of", AS_OF, "--by", "status"))
    blank = world.count("SELECT count(*) FROM deals_deal WHERE company_id IS NULL")
    world.equal("deals whose account stays blank", 1425, blank)


def _first_sweep(world: World) -> None:
    first = world.sweep(AS_OF)
    expected = {"opened": 1533, "covered": 2473, "todos_created": 4006, "uncovered": 0, "unassigned": 4006}
    names = ("covered", "todos_created", "uncovered", "unassigned")
    actual = {"opened": first["rules"]["R-60"]["opened"]} | {name: first[name] for name in names}
    world.equal("first sweep", expected, actual)
    world.equal("overdue", 0, world.report("overdue", "--as-of", AS_OF)["total"])
    world.equal("second sweep: changes", 0, world.sweep(AS_OF)["changes"])


def _reports(world: World) -> None:
    january = world.report("due_approaches", "--as-of", AS_OF, "--from", "2018-01-01", "--to", "2018-01-31")
    world.equal("due in 2018-01", (287, 1684), (january["total"], january["figures"]["carried_over"]))
    page = f"/dashboards/due/?as_of={AS_OF}&month=2018-01"
    world.shows("this month's approaches", page, {"due_approaches": 287, "due_approaches carried": 1684})
    by_team = world.counts("coverage", "--as-of", AS_OF, "--where", "kind=stagnant", "--by", "team")
    world.equal("stagnant by team", TEAMS, by_team)
    world.equal("lost by month", LOST, world.counts("lost_reasons", "--as-of", AS_OF, "--by", "month"))
    world.equal("lost by team", LOST_BY_TEAM, world.counts("lost_reasons", "--as-of", AS_OF, "--by", "team"))
    world.equal("won by month", WON, world.counts("won", "--as-of", AS_OF, "--by", "month"))
    began = world.report("reopportunity_lost", "--as-of", AS_OF)["figures"]
    world.equal("lost follow-ups that began, re-opened", (2473, 0), (began["denominator"], began["ever"]))


def _with_inside_sales(world: World) -> None:
    world.load(MAPS / "maven_is.csv", "maven_is")
    hired = world.sweep(AS_OF)
    world.equal("with six IS: unassigned, assigned", (0, 4006), (hired["unassigned"], hired["assigned"]))
    until = hired["levelled_until"]
    world.holds("levelled until", "before 2018-04-30", until, met=until is not None and until < "2018-04-30")
    load = world.report("load", "--as-of", AS_OF, "--by", "user")
    most = load["figures"]["max_per_person_day"]
    world.holds("to-dos per person and day", "at most 20", most, met=0 < most <= 20)
    held = [group["n"] for group in load["groups"]]
    world.holds("to-dos held", "six people within one", sorted(held), met=len(held) == 6 and max(held) - min(held) <= 1)
    world.equal("the sweep after: changes", 0, world.sweep(AS_OF)["changes"])
