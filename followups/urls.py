from django.urls import path

from followups.views import companies, contacts, deal_verbs, deals, log, project_members, projects, rules, search, todos

app_name = "followups"

urlpatterns = [
    path("deals/", deals.deals, name="deals"),
    path("deals/add/", deals.deal_add, name="deal_add"),
    path("deals/<int:pk>/", deals.deal, name="deal"),
    path("deals/<int:pk>/edit/", deals.deal_edit, name="deal_edit"),
    path("deals/<int:pk>/advance/", deal_verbs.advance, name="advance"),
    path("deals/<int:pk>/lose/", deal_verbs.lose, name="lose"),
    path("deals/<int:pk>/reclassify/", deal_verbs.reclassify, name="reclassify"),
    path("deals/<int:pk>/return/", deal_verbs.return_to_is, name="return"),
    path("deals/<int:pk>/reopen/", deal_verbs.reopen, name="reopen"),
    path("deals/<int:pk>/win/", deal_verbs.win, name="win"),
    path("deals/<int:pk>/exclude/", deal_verbs.exclude, name="exclude"),
    path("deals/<int:pk>/exempt/", deal_verbs.exempt, name="exempt"),
    path("deals/<int:pk>/end-follow-up/", deal_verbs.close_cycle, name="close_cycle"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<int:pk>/", companies.company, name="company"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("search/", search.search, name="search"),
    path("todos/", todos.todos, name="todos"),
    path("todos/add/", todos.todo_add, name="todo_add"),
    path("todos/<int:pk>/done/", todos.todo_done, name="todo_done"),
    path("todos/move/", todos.todo_move, name="todo_move"),
    path("todos/cancel/", todos.todo_cancel, name="todo_cancel"),
    path("todos/assign/", todos.todo_assign, name="todo_assign"),
    path("log/", log.log_call, name="log_call"),
    path("projects/", projects.projects, name="projects"),
    path("projects/add/", projects.project_add, name="project_add"),
    path("projects/fill/", project_members.project_fill, name="project_fill"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", projects.project_edit, name="project_edit"),
    path("projects/<int:pk>/call-date/", project_members.project_call_on, name="project_call_on"),
    path("projects/<int:pk>/remove/", project_members.project_remove, name="project_remove"),
    path("rules/", rules.rules, name="rules"),
    path("rules/run/", rules.sweep_now, name="sweep_now"),
    path("rules/<str:code>/", rules.rule_edit, name="rule_edit"),
    path("runs/", rules.runs, name="runs"),
    path("runs/<int:pk>/", rules.run, name="run"),
]
