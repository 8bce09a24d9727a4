"""Lists to call and reasons to call now."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.states import ListPage, ProjectMemberStatus


class CallProject(models.Model):
    """A named list to be called in a period (S2-38)."""

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey("people.User", models.PROTECT, related_name="call_projects", verbose_name=_("owner"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    counts_to_capacity = models.BooleanField(_("counts to the cap"), default=True)

    class Meta:
        verbose_name = _("call project")
        verbose_name_plural = _("call projects")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                name="activities_project_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return self.name


class CallProjectMember(models.Model):
    """One deal or lead of a call project, with its planned call date (S2-26)."""

    project = models.ForeignKey(CallProject, models.CASCADE, related_name="members", verbose_name=_("call project"))
    deal = models.ForeignKey("deals.Deal", models.PROTECT, null=True, blank=True, verbose_name=_("deal"))
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, blank=True, verbose_name=_("lead"))
    call_on = models.DateField(_("planned call date"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ProjectMemberStatus, default=ProjectMemberStatus.OPEN)

    class Meta:
        verbose_name = _("member of a call project")
        verbose_name_plural = _("members of call projects")
        constraints = [
            models.CheckConstraint(
                name="activities_project_member_is_a_deal_or_a_lead",
                condition=Q(deal__isnull=False, lead__isnull=True) | Q(deal__isnull=True, lead__isnull=False),
            ),
            models.UniqueConstraint(fields=["project", "deal"], name="activities_a_project_holds_a_deal_once"),
            models.UniqueConstraint(fields=["project", "lead"], name="activities_a_project_holds_a_lead_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.deal or self.lead}"


class SavedList(models.Model):
    """A filtered list under a name: the address of the page is its query (S3-40)."""

    owner = models.ForeignKey("people.User", models.CASCADE, related_name="saved_lists", verbose_name=_("owner"))
    page = models.CharField(_("page"), max_length=16, choices=ListPage)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("filter"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("everybody sees it"), default=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="activities_a_list_is_saved_once"),
            models.CheckConstraint(name="activities_list_page_is_known", condition=Q(page__in=ListPage.values)),
            models.CheckConstraint(
                name="activities_saved_list_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("Enter a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LintPattern(models.Model):
    """A phrase that says nothing to the customer, such as "how are things" (S1-26, C-10)."""

    text = models.CharField(_("phrase"), max_length=80, unique=True)
    is_active = models.BooleanField(_("looked for"), default=True)

    class Meta:
        verbose_name = _("empty phrase")
        verbose_name_plural = _("empty phrases")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="activities_empty_phrase_is_not_empty", condition=~Q(text=""),
                violation_error_message=_("Enter a phrase."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


class WhyYouNow(models.Model):
    """The one-sentence hypothesis why we contact this kind of customer now (S4-32); it expires."""

    text = models.CharField(_("why you, why now"), max_length=200)
    industries = models.JSONField(_("industries"), default=list, blank=True)
    script = models.TextField(_("script"), blank=True)
    source_url = models.URLField(_("source"), blank=True)
    starts_on = models.DateField(_("first day"))
    expires_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("why you now")
        verbose_name_plural = _("why you now")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_why_you_now_expires_after_it_starts", condition=Q(expires_on__gte=F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return self.text
