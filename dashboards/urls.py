from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("dashboards/today/", views.check, name="check"),
    path("help/definitions/", views.definitions, name="definitions"),
    path("records/<slug:metric>/", views.records, name="records"),
    path("records/<slug:metric>.csv", views.records_file, name="records_file"),
]
