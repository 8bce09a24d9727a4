from django.contrib.auth.views import LogoutView
from django.urls import path

from people import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("login/demo/", views.demo_login, name="demo_login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("welcome/<uidb64>/<token>/", views.SetPassword.as_view(), name="set_password"),
    path("me/", views.me, name="me"),
    path("me/password/", views.ChangePassword.as_view(), name="change_password"),
    path("language/", views.set_language, name="set_language"),
]
