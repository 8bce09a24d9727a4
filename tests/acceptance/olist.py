"""A marketing funnel: 8,000 leads and 842 won deals with both owners."""

from tests.acceptance.world import DATA, Verdicts, opened

AS_OF = "2018-12-31"
FILES = DATA / "olist_iso"
MONTHS = {
    "2017-06": 4, "2017-07": 239, "2017-08": 386, "2017-09": 312, "2017-10": 416, "2017-11": 445, "2017-12": 200,
    "2018-01": 1141, "2018-02": 1028, "2018-03": 1174, "2018-04": 1352, "2018-05": 1303,
}  # fmt: skip
SOURCES = {
    "organic_search": 2296, "paid_search": 1586, "social": 1350, "unknown": 1099, "direct_traffic": 499, "email": 493,
    "referral": 284, "other": 150, "display": 118, "other_publicities": 65, None: 60,
}  # fmt: skip
WON = {
    "organic_search": 271, "paid_search": 195, "unknown": 179, "social": 75, "direct_traffic": 56, "referral": 24,
    "email": 15, None: 14, "display": 6, "other": 4, "other_publicities": 3,
}  # fmt: skip

WON_IN = {
    "2017-12": 3, "2018-01": 73, "2018-02": 113, "2018-03": 147, "2018-04": 207, "2018-05": 122, "2018-06": 57,
    "2018-07": 37, "2018-08": 33, "2018-09": 23, "2018-10": 21, "2018-11": 6,
}  # fmt: skip


def check(verdicts: Verdicts) -> None:
    """Leads, won deals and the people behind them."""
    with opened("Olist", verdicts) as world:
        world.migrate()
        leads = world.load(FILES / "olist_marketing_qualified_leads_dataset.csv", "olist_leads")
        world.equal("leads created", 8000, leads["created"])
        deals = world.load(FILES / "olist_closed_deals_dataset.csv", "olist_deals")
        world.equal("won deals created", 842, deals["created"])
        early = sum(warning["code"] == "closed_before_created" for warning in deals["warnings"])
        world.equal("closed before created", 1, early)
        world.equal("leads by month", MONTHS, world.counts("leads", "--as-of", AS_OF, "--by", "month"))
        for grain in ("week", "day"):
            by_grain = world.counts("leads", "--as-of", AS_OF, "--by", grain)
            world.equal(f"leads by {grain}", 8000, sum(by_grain.values()))
        world.equal("leads by source", SOURCES, world.counts("leads", "--as-of", AS_OF, "--by", "source"))
        won = world.counts("deals", "--as-of", AS_OF, "--where", "status=won", "--by", "source")
        world.equal("won by source", WON, won)
        world.equal("won by month", WON_IN, world.counts("won", "--as-of", AS_OF, "--by", "month"))
        days = world.report("days_to_won", "--as-of", AS_OF)["figures"]
        told = (days["new"]["n"], days["new"]["median"], days["new"]["same_day"], days["errors"], days["revived"]["n"])
        world.equal("days to won: n, median, same day, before it began, revived", (841, 14.0, 33, 1, 0), told)
        page = f"/dashboards/reopportunity/?as_of={AS_OF}&from=2017-12-01&to={AS_OF}"
        world.shows("won, and days to won", page, {"won": 842, "days_to_won new": 841})
        world.equal("people who are both IS and FS", 13, world.report("people", "--as-of", AS_OF)["figures"]["both"])
        both = "SELECT count(*) FROM deals_deal WHERE is_owner_id IS NOT NULL AND fs_owner_id IS NOT NULL"
        world.equal("won deals with both owners", 842, world.count(both))
        world.sweep(AS_OF)
