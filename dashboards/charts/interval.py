"""A share with its 95 % interval as one line of a table."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.charts.axis import percent
from dashboards.statistics import wilson


def interval(numerator: int, denominator: int, *, highest: float = 100, is_muted: bool = False) -> SafeString:
    """A dot for the share and a line for its interval, on a scale from 0 to `highest` percent; empty for no cases."""
    found = wilson(numerator, denominator)
    if found is None:
        return format_html("{}", "")
    share = 100 * numerator / denominator
    says = _("%(share)s%%, 95%% interval from %(low)s to %(high)s") % {
        "share": f"{share:.1f}", "low": f"{found.low:.1f}", "high": f"{found.high:.1f}",
    }  # fmt: skip

    def place(value: float) -> str:
        return percent(100 * min(value, highest) / highest)

    return format_html(
        '<div class="plot"><svg height="20" role="img" aria-label="{}">'
        '<line class="grid" x1="0" x2="100%" y1="10" y2="10"/>'
        '<line class="ci{}" x1="{}" x2="{}" y1="10" y2="10"/><circle class="{}" cx="{}" cy="10" r="5"/></svg></div>',
        says, " mute" if is_muted else "", place(found.low), place(found.high),
        "d4" if is_muted else "d1", place(share),
    )  # fmt: skip
