"""The notice of 期末確認, for any page that knows its day."""

from datetime import date

from django import template

from dashboards.pages.period_end import Notice, notice

register = template.Library()


@register.inclusion_tag("dashboards/_period_end_notice.html")
def period_end_notice(as_of: date) -> dict[str, Notice | date | None]:
    """Nothing until ten business days before the fiscal quarter ends, and nothing where no deal is forgotten."""
    return {"notice": notice(as_of), "as_of": as_of}
