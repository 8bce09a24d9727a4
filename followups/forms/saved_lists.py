"""The name of a saved list, and whether others see it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import SavedList
from people.forms import VerbForm
from people.records import Edit


class SavedListForm(VerbForm):
    """Name, and shared or not."""

    name = forms.CharField(label=_("Name of the list"), max_length=80)
    is_shared = forms.BooleanField(label=_("Everybody sees it"), required=False)

    def named(self, new: SavedList) -> SavedList:
        """The unsaved list under the name typed."""
        new.name, new.is_shared = self.cleaned_data["name"].strip(), self.cleaned_data["is_shared"]
        return new

    def edit(self, saved: SavedList) -> Edit:
        """The new values of the list."""
        return Edit(saved.pk, self.cleaned_data)
