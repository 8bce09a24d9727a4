"""The lists of the settings that work alike: what each shows, and by which form a row is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from activities.models import LintPattern
from deals.models import LostReason, Product
from followups.forms.settings import entries as forms
from followups.models import FollowUpProgram
from followups.sentences import day
from leads.models import LeadSource, NoAppointmentReason, NurturingReason
from people.forms import RecordForm
from people.models import Absence, CompanyHoliday, Team

Text = str | Promise
Column = tuple[Text, Callable[[Any], object]]

YES, NO = _("yes"), _("no")


@dataclass(frozen=True, slots=True)
class Book:
    """A list of the settings. lead: what it is for; columns: what stands beside the name."""

    title: Text
    lead: Text
    add: Text
    form: type[RecordForm]
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...] = ()
    hint: Callable[[Any], object] = lambda _entry: ""

    @property
    def model(self) -> type[Model]:
        return self.form._meta.model


def _yes(name: str) -> Callable[[Any], object]:
    return lambda entry: YES if getattr(entry, name) else NO


def _picklist(model: type[Model], form: type[RecordForm], title: Text, lead: Text, *columns: Column) -> Book:
    return Book(
        title=title, lead=lead, add=_("Add a value"), form=form, rows=model._default_manager.all,
        columns=columns, hint=lambda entry: entry.definition,
    )  # fmt: skip


def _members(team: Team) -> str:
    number = sum(user.is_active for user in team.members.all())
    return ngettext("%(number)s member", "%(number)s members", number) % {"number": number}


def _or_dash(value: object) -> object:
    return "—" if value is None else value


BOOKS: dict[str, Book] = {
    "lost-reasons": _picklist(
        LostReason, forms.LostReasonForm, _("Lost reasons"),
        _("What may be chosen when a deal is lost. Whether a reason is followed up acts on losses from that day on."),
        (_("Followed up"), _yes("in_scope")), (_("Counts as a loss"), _yes("counts_as_loss")),
    ),
    "nurturing-reasons": _picklist(
        NurturingReason, forms.NurturingReasonForm, _("Nurturing reasons"),
        _("Why a lead is nurtured and not closed; asked with both nurturing statuses."),
    ),
    "no-appointment-reasons": _picklist(
        NoAppointmentReason, forms.NoAppointmentReasonForm, _("No-appointment reasons"),
        _("Why a real conversation gave no appointment; asked with that call result."),
    ),
    "lead-sources": Book(
        _("Lead sources"), _("Where leads come from. An import adds new ones on sight."), _("Add a source"),
        forms.LeadSourceForm, LeadSource.objects.all,
    ),
    "products": Book(
        _("Products"), _("What is sold. An import adds new ones on sight."), _("Add a product"),
        forms.ProductForm, Product.objects.all,
    ),
    "phrases": Book(
        _("Empty phrases"), _("Words that say nothing to the customer, such as asking how things are after a month."),
        _("Add a phrase"), forms.PhraseForm, LintPattern.objects.all,
    ),
    "teams": Book(
        _("Teams"), _("Who belongs together, who answers for the daily check, and how strict to-dos are."),
        _("Add a team"), forms.TeamForm,
        lambda: Team.objects.select_related("leak_check_owner").prefetch_related("members"),
        (
            (_("Kind"), lambda team: team.get_kind_display()),
            (_("Leak check"), lambda team: team.leak_check_owner or "—"),
            (_("To-do without promise"), lambda team: team.get_promise_mode_display()),
        ),
        _members,
    ),
    "programs": Book(
        _("Follow-up programs"),
        _("When following up began. Re-opportunity rates are compared with the six months before."),
        _("Add a start"), forms.ProgramForm, FollowUpProgram.objects.all,
        ((_("Rate before the start (%)"), lambda program: _or_dash(program.manual_baseline)),),
    ),
    "days-off": Book(
        _("Company days off"), _("Days on which the company does not work, beside weekends and public holidays."),
        _("Add a day off"), forms.CompanyDayForm, CompanyHoliday.objects.all,
        ((_("Year"), lambda off: off.year or _("every year")),),
        lambda off: off.name,
    ),
    "absences": Book(
        _("Absences"), _("On these days a person gets no to-dos."), _("Add an absence"), forms.AbsenceForm,
        lambda: Absence.objects.select_related("user").order_by("-ends_on", "user_id"),
        (
            (_("First day"), lambda absence: day(absence.starts_on)),
            (_("Last day"), lambda absence: day(absence.ends_on)),
        ),
        lambda absence: absence.reason,
    ),
}  # fmt: skip


def name_of(entry: Model) -> str:
    """What a row is called in its list."""
    if isinstance(entry, FollowUpProgram):
        return str(day(entry.started_on))
    if isinstance(entry, CompanyHoliday):
        return f"{entry.month}/{entry.day}"
    return str(entry.user) if isinstance(entry, Absence) else str(entry)
