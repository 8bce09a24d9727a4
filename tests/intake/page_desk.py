"""The import page as an operator uses it, without a browser: upload, correct, try out, import."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intake.models import ImportBatch, UploadedFile
from intake.runs import work


@dataclass
class PageDesk:
    """A browser of an operations admin; beat runs when `beat` is called."""

    client: Client

    def upload(self, *files: Path | tuple[str, bytes]) -> list[UploadedFile]:
        """Upload files; the uploads that came of them, in the order of import."""
        before = set(UploadedFile.objects.values_list("pk", flat=True))
        sent = [
            SimpleUploadedFile(*(file if isinstance(file, tuple) else (file.name, file.read_bytes()))) for file in files
        ]
        self.answer = self.client.post(reverse("intake:imports"), {"file": sent}, follow=True)
        assert self.answer.status_code == 200
        return list(UploadedFile.objects.exclude(pk__in=before).order_by("pk"))

    def said(self) -> str:
        """Everything that the last page says."""
        return str(self.answer.content.decode())

    def page(self, upload: UploadedFile) -> Any:
        """The context of the map's page."""
        return self.client.get(reverse("intake:mapping", args=[upload.pk])).context

    def sent(self, upload: UploadedFile) -> dict[str, Any]:
        """What the page's form holds as it stands."""
        page = self.page(upload)
        data: dict[str, Any] = {"dates": page["dates"]}
        for line in page["lines"]:
            data.setdefault(f"c{line.place}", []).append(line.field)
        for panel in page["panels"]:
            data |= {word.control: word.ours for word in panel.words}
        data |= {f"d-{default.field}": default.value for default in page["defaults"]}
        if page["owners"]:
            data |= {"owners_shown": "1"} | ({} if page["leavers"] else {"owners_active": "1"})
        if fallback := page["fallback"]:
            data |= {f"fallback_{name}": value for name, value in fallback.items()}
        return data

    def settle(self, upload: UploadedFile, **changes: Any) -> None:
        """Send the form with some answers changed."""
        data = self.sent(upload) | changes
        self.answer = self.client.post(reverse("intake:mapping", args=[upload.pk]), data, follow=True)
        upload.refresh_from_db()

    def try_out(self, upload: UploadedFile, **changes: Any) -> ImportBatch | None:
        """Send the form by 試しに取り込む and let beat do it; None where the page refuses."""
        before = set(ImportBatch.objects.values_list("pk", flat=True))
        self.settle(upload, **{"try": "1"}, **changes)
        work(timezone.now())
        return ImportBatch.objects.exclude(pk__in=before).first()

    def bring_in(self, tried: ImportBatch) -> ImportBatch:
        """Press 取り込む on the dry run and let beat do it."""
        self.answer = self.client.post(reverse("intake:start", args=[tried.pk]), follow=True)
        work(timezone.now())
        return ImportBatch.objects.filter(is_dry_run=False).latest("pk")

    def import_(self, file: Path | tuple[str, bytes], **changes: Any) -> ImportBatch:
        """A file of one table, all the way."""
        [upload] = self.upload(file)
        tried = self.try_out(upload, **changes)
        assert tried is not None, self.said()
        return self.bring_in(tried)
