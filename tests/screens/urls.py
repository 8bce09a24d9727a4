"""The product's pages and one that breaks, to see what a reader is told then."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Broken on purpose, for its picture.")


# Named like a page that everybody may open, so that the policy table lets it through.
urlpatterns = [path("broken/", broken, name="home"), path("", include("salesfollow.urls"))]
