"""A CRM's own export: leads, deals, calls and tasks."""

from tests.acceptance.world import DATA, Verdicts, World, opened

AS_OF = "2021-04-30"
FILES = DATA / "zoho_crm"
IMPORTS = (
    ("Users.csv", "zoho_users"), ("Accounts.csv", "zoho_accounts"), ("Contacts.csv", "zoho_contacts"),
    ("Leads.csv", "zoho_leads"), ("Potentials.csv", "zoho_deals"), ("Calls.csv", "zoho_calls"),
    ("Tasks.csv", "zoho_tasks"),
)  # fmt: skip
LEAD_STATUSES = {
    "Contact in Future": 781, "Contacted": 780, "Pre Qualified": 776, "Lost Lead": 392, "Not Contacted": 392,
    "Attempted to Contact": 391, "Junk Lead": 388,
}  # fmt: skip
LEAD_SOURCES = {
    "Employee Referral": 449, "Advertisement": 412, "Cold Call": 408, "Partner": 386, "Web Research": 384,
    "External Referral": 383, "Sales Mail Alias": 371, "Trade Show": 371, "Online Store": 370, "Public Relations": 366,
}  # fmt: skip
STAGES = {
    "Qualification": 698, "Needs Analysis": 296, "Initial Offer": 283, "Prospect": 245, "Proposal/Price Quote": 136,
    "Negotiation/Review": 64,
}  # fmt: skip
CALLS_BY_OWNER = {
    "Harold Pawlan": 1090, "Jasmine Frank": 700, "Roger Terrence": 690, "David Love": 460, "Lazar Mathew": 390,
    "Thomas Mondrake": 190, "Rozario Diego": 160, "Pete Zachariah": 130, "Santa Cruz Clara": 130,
    "Augustine Paul": 90, "Tina Thomas": 70,
}  # fmt: skip
CALLS_BY_MONTH = {"2021-02": 1750, "2021-03": 1250, "2021-04": 1100}


def check(verdicts: Verdicts) -> None:
    """Import all seven files, compare the figures, sweep."""
    with opened("Zoho", verdicts) as world:
        world.migrate()
        results = {name: world.load(FILES / file, name) for file, name in IMPORTS}
        created = {name: results[name]["created"] for name in ("zoho_leads", "zoho_deals", "zoho_calls", "zoho_tasks")}
        expected = {"zoho_leads": 3900, "zoho_deals": 3632, "zoho_calls": 4100, "zoho_tasks": 2978}
        world.equal("rows created", expected, created)
        _leads_and_deals(world)
        _calls_and_tasks(world)
        _sweep(world)


def _leads_and_deals(world: World) -> None:
    world.equal("leads by status", LEAD_STATUSES, world.counts("leads", "--as-of", AS_OF, "--by", "source_status"))
    world.equal("leads by source", LEAD_SOURCES, world.counts("leads", "--as-of", AS_OF, "--by", "source"))
    statuses = {"ongoing": 1722, "won": 1425, "lost": 485}
    world.equal("deals by status", statuses, world.counts("deals", "--as-of", "2022-12-31", "--by", "status"))
    stages = world.counts("deals", "--as-of", "2022-12-31", "--where", "status=ongoing", "--by", "source_status")
    world.equal("open deals by stage", STAGES, stages)


def _calls_and_tasks(world: World) -> None:
    calls = world.report("calls", "--as-of", AS_OF)
    figures = {name: calls["figures"][name] for name in ("linked", "unlinked", "seconds")}
    world.equal("calls", {"linked": 2310, "unlinked": 1790, "seconds": 1665700}, figures)
    world.equal("calls by owner", CALLS_BY_OWNER, world.counts("calls", "--as-of", AS_OF, "--by", "user"))
    world.equal("calls by month", CALLS_BY_MONTH, world.counts("calls", "--as-of", AS_OF, "--by", "month"))
    for month, number in CALLS_BY_MONTH.items():
        last_day = {"2021-02": 28, "2021-03": 31, "2021-04": 30}[month]
        page = f"/dashboards/activity/?as_of={AS_OF}&from={month}-01&to={month}-{last_day}"
        world.shows(f"volume of {month}", page, {"activity_volume": number})
    page = f"/dashboards/activity/?as_of={AS_OF}&from=2021-02-01&to={AS_OF}&user=David%20Love"
    world.shows("volume of one owner", page, {"activity_volume": CALLS_BY_OWNER["David Love"]})
    _activities(world)
    overdue = {"David Love": 7, "Lazar Mathew": 3, "Augustine Paul": 1}
    world.equal("open tasks overdue", overdue, world.counts("overdue", "--as-of", AS_OF, "--by", "user"))


def _activities(world: World) -> None:
    """The calls came without results: they are volume, and the base of no rate."""
    volume = world.report("activity_volume", "--as-of", AS_OF)
    world.equal("activities", {"calls": 4100, "mails": 0}, volume["figures"])
    by_owner = world.counts("activity_volume", "--as-of", AS_OF, "--by", "user")
    world.equal("activities by owner", CALLS_BY_OWNER, by_owner)
    for grain in ("month", "week", "day"):
        world.equal(f"results by {grain}", 4100, sum(_results(world, "--by", grain).values()))
    world.equal("results by month", CALLS_BY_MONTH, _results(world, "--by", "month"))
    world.equal("results by direction", {"inbound": 3560, "outbound": 540}, _results(world, "--by", "direction"))
    world.equal("calls without a result", {None: 4100}, _results(world, "--by", "outcome"))
    world.equal("no connect rate", None, world.report("connect_rate", "--as-of", AS_OF)["figures"]["rate"])


def _results(world: World, *asked: str) -> dict[str | None, int]:
    return world.counts("call_outcomes", "--as-of", AS_OF, *asked)


def _sweep(world: World) -> None:
    first = world.sweep(AS_OF)
    expected = {"R-60": 1659, "covered": 466, "todos_created": 2125, "unassigned": 2125, "later": 76}
    names = ("covered", "todos_created", "unassigned", "later")
    actual = {"R-60": first["rules"]["R-60"]["opened"]} | {name: first[name] for name in names}
    world.equal("sweep", expected, actual)
    world.equal("second sweep: changes", 0, world.sweep(AS_OF)["changes"])
