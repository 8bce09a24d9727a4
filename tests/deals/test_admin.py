"""Lost reasons in the admin: their scope is the admin's, and who changed it is kept."""

import pytest
from django.urls import reverse

from deals.models import LostReason
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    client.force_login(UserFactory(admin=True, name="山口 亮"))
    return client


def test_a_changed_scope_is_kept_in_the_history_and_leaves_earlier_losses_alone(ops):
    lost = DealFactory(lost_on_price=True)
    price = LostReason.objects.get(code="price")
    form = {"label_ja": "価格", "label_en": "Price", "position": 50, "is_active": "on", "counts_as_loss": "on"}
    ops.post(reverse("admin:deals_lostreason_change", args=[price.pk]), form | {"in_scope": "on"})

    price.refresh_from_db()
    lost.refresh_from_db()
    assert price.in_scope
    assert lost.lost_in_scope is False
    assert price.history.first().history_user.name == "山口 亮"
    history = ops.get(reverse("admin:deals_lostreason_history", args=[price.pk])).content.decode()
    assert "山口 亮" in history


def test_a_shipped_reason_that_nobody_changed_has_an_empty_history(ops):
    reason = LostReason.objects.get(code="competitor")

    assert ops.get(reverse("admin:deals_lostreason_history", args=[reason.pk])).context["changes"] == []
