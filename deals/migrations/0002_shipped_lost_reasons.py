"""Lost reasons that a fresh install starts with (S0-12 … S0-16, S1-18, domain A6)."""

from django.db import migrations

# code, Japanese, English, followed up, counts as a loss, definition
REASONS = [
    ("deprioritised", "優先度低下", "Deprioritised", True, True, "優先度が下がり、検討が止まった。"),
    ("competitor", "他社導入", "Chose a competitor", True, True, "他社の導入を決めた。"),
    ("unreachable", "音信不通", "Contact unreachable", True, True, "担当者と連絡がつかない。"),
    ("capacity_handover", "ISへ移管(手一杯)", "Handed to IS (capacity)", True, False, "手一杯のため、優先度の低い商談をISに任せる。"),
    ("price", "価格", "Price", False, True, "価格が合わない。受注率が著しく低いため、フォローしない。"),
    ("other", "その他", "Other", False, True, "5営業日以内に、どれかの理由に分類する。"),
    ("duplicate", "重複", "Duplicate", False, False, "同じ商談がほかにある。"),
    ("out_of_target", "対象外", "Out of target", False, False, "営業の対象ではなかった。"),
]


def add_reasons(apps, schema_editor):
    reason = apps.get_model("deals", "LostReason")
    reason.objects.bulk_create(
        reason(code=code, label_ja=ja, label_en=en, in_scope=scope, counts_as_loss=loss, definition=text, position=n * 10)
        for n, (code, ja, en, scope, loss, text) in enumerate(REASONS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial")]

    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
