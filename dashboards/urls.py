from django.urls import path

from dashboards.views.activity import activity, activity_panels
from dashboards.views.capacity import capacity
from dashboards.views.check import check, sign
from dashboards.views.definitions import definitions
from dashboards.views.due import due
from dashboards.views.habits import habits
from dashboards.views.lost_reasons import lost_reasons
from dashboards.views.period_end import period_end
from dashboards.views.pipeline import pipeline
from dashboards.views.records import records, records_file, records_json
from dashboards.views.reopportunity import reopportunity
from dashboards.views.stock_flow import stock_flow
from dashboards.views.todos import todos

app_name = "dashboards"

urlpatterns = [
    path("dashboards/today/", check, name="check"),
    path("dashboards/today/sign/", sign, name="sign"),
    path("dashboards/lost-reasons/", lost_reasons, name="lost_reasons"),
    path("dashboards/reopportunity/", reopportunity, name="reopportunity"),
    path("dashboards/pipeline/", pipeline, name="pipeline"),
    path("dashboards/period-end/", period_end, name="period_end"),
    path("dashboards/habits/", habits, name="habits"),
    path("dashboards/stock-flow/", stock_flow, name="stock_flow"),
    path("dashboards/activity/", activity, name="activity"),
    path("dashboards/activity/panels/", activity_panels, name="activity_panels"),
    path("dashboards/capacity/", capacity, name="capacity"),
    path("dashboards/due/", due, name="due"),
    path("dashboards/todos/", todos, name="todos"),
    path("help/definitions/", definitions, name="definitions"),
    path("records/<slug:metric>/", records, name="records"),
    path("records/<slug:metric>.csv", records_file, name="records_file"),
    path("records/<slug:metric>.json", records_json, name="records_json"),
]
