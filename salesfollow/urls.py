"""The address book of the whole site; who may open what stands in people/policy.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from dashboards.views.health import healthz

urlpatterns = [
    path("", include("people.urls")),
    path("", include("leads.urls")),
    path("", include("followups.urls")),
    path("settings/", include("followups.settings_urls")),
    path("import/", include("intake.urls")),
    path("", include("dashboards.urls")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", TemplateView.as_view(template_name="styleguide.html"), name="styleguide"))
