from django.urls import path

from dashboards.views.check import check, sign
from dashboards.views.definitions import definitions
from dashboards.views.lost_reasons import lost_reasons
from dashboards.views.records import records, records_file, records_json
from dashboards.views.reopportunity import reopportunity

app_name = "dashboards"

urlpatterns = [
    path("dashboards/today/", check, name="check"),
    path("dashboards/today/sign/", sign, name="sign"),
    path("dashboards/lost-reasons/", lost_reasons, name="lost_reasons"),
    path("dashboards/reopportunity/", reopportunity, name="reopportunity"),
    path("help/definitions/", definitions, name="definitions"),
    path("records/<slug:metric>/", records, name="records"),
    path("records/<slug:metric>.csv", records_file, name="records_file"),
    path("records/<slug:metric>.json", records_json, name="records_json"),
]
