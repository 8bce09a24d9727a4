"""Forms over several leads at once: give them to somebody, or plan the same step for all on one day."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from activities.models import Todo
from followups.forms.fields import PersonField
from followups.forms.step import StepForm
from leads.models import Lead
from people.forms import VerbForm
from people.models import User
from people.states import Role


class LeadsAssignForm(VerbForm):
    """Who owns them from now on."""

    owner = PersonField(
        Role.IS, Role.FS, Role.IS_MANAGER, label=_("Owner"), required=False, empty_label=_("Nobody yet")
    )


class LeadsTodoForm(StepForm):
    """One to-do for each lead, on one day."""

    def todos(self, leads: Sequence[Lead], by: User) -> list[Todo]:
        """One unsaved to-do per lead, in their order; a lead without an owner is the reader's."""
        return [self.todo(lead.owner or by, lead=lead) for lead in leads]
