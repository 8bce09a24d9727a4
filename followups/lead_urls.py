from django.urls import path

from followups.views import follow_ups, lead_bulk, lead_forms, leads

urlpatterns = [
    path("followup/", follow_ups.follow_ups, name="follow_ups"),
    path("followup/list.csv", follow_ups.follow_ups_file, name="follow_ups_file"),
    path("leads/", leads.leads, name="leads"),
    path("leads/list.csv", leads.leads_file, name="leads_file"),
    path("leads/add/", lead_forms.lead_add, name="lead_add"),
    path("leads/assign/", lead_bulk.leads_assign, name="leads_assign"),
    path("leads/status/", lead_bulk.leads_status, name="leads_status"),
    path("leads/todo/", lead_bulk.leads_todo, name="leads_todo"),
    path("leads/<int:pk>/", leads.lead, name="lead"),
    path("leads/<int:pk>/edit/", lead_forms.lead_edit, name="lead_edit"),
    path("leads/<int:pk>/status/", lead_forms.lead_status, name="lead_status"),
    path("leads/<int:pk>/true/", leads.lead_true, name="lead_true"),
    path("leads/<int:pk>/convert/", lead_forms.lead_convert, name="lead_convert"),
]
