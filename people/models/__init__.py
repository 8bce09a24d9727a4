"""People, teams, working days and the settings an admin may tune."""

from people.models.calendar import Absence, CompanyHoliday, SosCall, Target, WeekdayCap
from people.models.forms import SentForm
from people.models.kept import ChangedPortion, KeptAnswer, KeptPortion
from people.models.person import RoleGrant, Team, User
from people.models.rollups import RollupMark, RollupSpan
from people.models.settings import Threshold, Wording

__all__ = [
    "Absence",
    "ChangedPortion",
    "CompanyHoliday",
    "KeptAnswer",
    "KeptPortion",
    "RoleGrant",
    "RollupMark",
    "RollupSpan",
    "SentForm",
    "SosCall",
    "Target",
    "Team",
    "Threshold",
    "User",
    "WeekdayCap",
    "Wording",
]
