from django.urls import path

from followups.views.settings import calendar, entries, numbers, overview, people, rescoping, words

app_name = "settings"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("words/<str:kind>/", words.words, name="words"),
    path("words/<str:kind>/<str:code>/", words.word_edit, name="word_edit"),
    path("words/<str:kind>/<str:code>/reset/", words.word_reset, name="word_reset"),
    path("call-results/", words.effects, name="effects"),
    path("call-results/<str:code>/", words.effect_edit, name="effect_edit"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("caps/", numbers.caps, name="caps"),
    path("caps/<int:pk>/", numbers.caps_edit, name="caps_edit"),
    path("targets/", numbers.targets, name="targets"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/link/", people.person_link, name="person_link"),
    path("people/<int:pk>/leave/", people.person_leave, name="person_leave"),
    path("people/<int:pk>/return/", people.person_return, name="person_return"),
    path("lost-reasons/<int:pk>/past/", rescoping.past_losses, name="past_losses"),
    path("<slug:book>/", entries.entries, name="entries"),
    path("<slug:book>/add/", entries.entry_add, name="entry_add"),
    path("<slug:book>/<int:pk>/", entries.entry_edit, name="entry_edit"),
    path("<slug:book>/<int:pk>/delete/", entries.entry_delete, name="entry_delete"),
]
