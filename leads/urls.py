from django.urls import path

from leads import views

app_name = "leads"

urlpatterns = [
    path("companies/add/", views.company_add, name="company_add"),
    path("companies/<int:pk>/edit/", views.company_edit, name="company_edit"),
    path("contacts/add/", views.contact_add, name="contact_add"),
    path("contacts/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
]
