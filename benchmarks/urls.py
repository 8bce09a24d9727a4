"""The product's pages and one that shows nothing: what login, session and middleware cost by themselves."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """A page for people who are logged in, without content."""
    return HttpResponse(f"<p>{request.user.pk}</p>")


# Named like a page that everybody may open, so that the policy table lets it through.
urlpatterns = [path("empty/", empty, name="home"), path("", include("salesfollow.urls"))]
