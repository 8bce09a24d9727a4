from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from dashboards.nights import keep  # models are there from now on
        from intake.demo.nights import night_fell

        night_fell.connect(keep)
