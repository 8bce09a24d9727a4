"""What people did (activities), what they will do (to-dos), and lists to call."""

from activities.models.activity import Activity
from activities.models.project import CallProject, CallProjectMember, LintPattern, SavedList, WhyYouNow
from activities.models.rollup import DayVolume, PersonDay
from activities.models.todo import Todo, TodoMove

__all__ = [
    "Activity",
    "CallProject",
    "CallProjectMember",
    "DayVolume",
    "LintPattern",
    "PersonDay",
    "SavedList",
    "Todo",
    "TodoMove",
    "WhyYouNow",
]
