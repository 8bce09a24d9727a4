"""The charts of `dashboards.charts` as template tags."""

from django import template

from dashboards.charts.box import box
from dashboards.charts.cohort import cohort
from dashboards.charts.daily import daily
from dashboards.charts.hbars import hbars
from dashboards.charts.hstacked import hstacked, share_bar
from dashboards.charts.interval import interval
from dashboards.charts.line import line, spark
from dashboards.charts.parts import parts_bar
from dashboards.charts.stacked import stacked

register = template.Library()

for chart in (box, cohort, daily, hbars, hstacked, interval, line, parts_bar, share_bar, spark, stacked):
    register.simple_tag(chart)
