"""The translation check finds what a translator or a programmer forgot."""

import polib
import pytest

from ops.translations import ROOT, differences, faults_of, main


def entry(**fields: object) -> polib.POEntry:
    return polib.POEntry(**fields)


def test_a_complete_entry_has_no_fault():
    assert list(faults_of(entry(msgid="%(count)s deals", msgstr="商談 %(count)s 件"))) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (entry(msgid="Deal"), "not translated"),
        (entry(msgid="Deal", msgstr="商談", flags=["fuzzy"]), "not translated"),
        (entry(msgid="%(n)s deal", msgid_plural="%(n)s deals"), "not translated"),
        (entry(msgid="商談", msgstr="商談"), "Japanese where English belongs"),
        (entry(msgid="%(count)s deals", msgstr="商談 %(n)s 件"), "placeholders differ"),
        (entry(msgid="%s deals", msgstr="商談"), "placeholders differ"),
    ],
)
def test_each_kind_of_mistake_is_named(wrong, fault):
    assert [found.split(":")[0] for found in faults_of(wrong)] == [fault]


def test_a_plural_is_judged_by_its_plural_text():
    whole = entry(msgid="one deal", msgid_plural="%(n)s deals", msgstr_plural={0: "商談 %(n)s 件"})

    assert list(faults_of(whole)) == []


def test_texts_of_the_code_and_of_the_catalogue_are_the_same():
    catalogue, fresh = polib.POFile(), polib.POFile()
    catalogue.append(entry(msgid="Gone", msgstr="以前"))
    fresh.append(entry(msgid="New"))

    assert list(differences(catalogue, fresh)) == ["not in the catalogue: 'New'", "no longer used: 'Gone'"]


def test_a_catalogue_is_compiled_without_gettext(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    source = tmp_path / "django.po"
    catalogue = polib.POFile()
    catalogue.append(entry(msgid="Deal", msgstr="商談"))
    catalogue.save(str(source))

    assert main("compile", str(source)) == 0
    assert [e.msgstr for e in polib.mofile(str(tmp_path / "django.mo"))] == ["商談"]
    assert ROOT not in source.parents
