"""The library: said here, inherited, and sent as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qibu.catalog.services.cars import CodeTaken
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.images import BadImage
from qibu.kernel.scoping import scope
from qibu.kernel.tests.pictures import GPS, jpeg
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.nurturing import selectors, storage
from qibu.nurturing.errors import NothingToSend, NotOffered, UnknownPieces
from qibu.nurturing.models import Edition, Illustration, NurturingRules, Piece, Sequence
from qibu.nurturing.services import library, sending
from qibu.nurturing.services.sending import Wish
from qibu.nurturing.tests.world import lead_of, piece, sent, sequence, step, system_of

pytestmark = pytest.mark.django_db


def test_what_was_sent_stays_as_it_was_sent(seller: Actor) -> None:
    piece(seller, title="旧标题")
    first = sent(seller, lead_of(seller))
    library.change_piece(
        actor=system_of(seller), code="compare", values={"title": "新标题", "body": "新的话"}
    )
    second = sent(seller, lead_of(seller, "13855530002", "许晴"))
    assert (first.edition.title, second.edition.title) == ("旧标题", "新标题")
    assert Edition.objects.get(pk=first.edition_id).body.startswith("# 空间")


def test_the_same_content_is_kept_once(seller: Actor) -> None:
    piece(seller)
    sent(seller, lead_of(seller))
    sent(seller, lead_of(seller, "13855530002", "许晴"))
    assert Edition.objects.count() == 1


def test_a_piece_is_offered_on_its_days(seller: Actor) -> None:
    today, day = times.today(), timedelta(days=1)
    piece(seller, "over", kind="offer", valid_until=today - day)
    piece(seller, "soon", valid_from=today + day)
    piece(seller, "off", active=False)
    piece(seller, "now", valid_from=today, valid_until=today)
    assert set(selectors.offered(seller, today)) == {"now"}
    with pytest.raises(NotOffered):
        sending.prepare(actor=seller, lead_id=lead_of(seller).pk, wish=Wish(piece="over", channel="wechat"))


def test_a_code_is_taken_once(seller: Actor) -> None:
    piece(seller)
    with pytest.raises(CodeTaken):
        piece(seller)


def test_a_store_inherits_and_says_otherwise() -> None:
    maker = Organisation.objects.create(code="OEM", name="星辰汽车", kind="manufacturer")
    below = Organisation.objects.create(code="S1", name="恒通", parent=maker)
    with scope(actors.system(maker)) as above:
        piece(above, title="厂家写的")
    with scope(actors.system(below)) as here:
        assert selectors.piece_or_404(here, "compare").row.title == "厂家写的"
        library.change_piece(actor=here, code="compare", values={"title": "本店写的"})
        assert selectors.piece_or_404(here, "compare").own
        library.inherit_piece_again(actor=here, code="compare")
        assert selectors.piece_or_404(here, "compare").row.title == "厂家写的" and Piece.objects.count() == 1


def test_a_consultant_writes_no_content(seller: Actor) -> None:
    with pytest.raises(PermissionRefused):
        library.change_piece(actor=seller, code="compare", values={"title": "x"})


def test_a_picture_tells_nothing_of_its_place(seller: Actor) -> None:
    image = library.keep_picture(actor=system_of(seller), content=jpeg())
    kept = storage.path_of(image).read_bytes()
    assert GPS not in kept and kept.startswith(b"\xff\xd8") and Illustration.objects.count() == 1
    with pytest.raises(BadImage):
        library.keep_picture(actor=system_of(seller), content=b"GIF89a")


def test_a_sequence_names_pieces_that_are_there(seller: Actor) -> None:
    with pytest.raises(UnknownPieces):
        sequence(seller, step(0, "nothing"))
    with pytest.raises(NothingToSend):
        sequence(seller)
    sequence(seller, active=False)
    assert Sequence.objects.count() == 1


def test_what_fits_a_lead(seller: Actor) -> None:
    piece(seller, cars=["zg-1"], interests=["buy"])
    row, lead = Piece.objects.get(), lead_of(seller)
    assert selectors.fits(row, lead, {"zg-1": "追光"}) and not selectors.fits(row, lead, {"zg-1": "远航"})
    row.interests = ["trade_in"]
    assert not selectors.fits(row, lead, {"zg-1": "追光"})


def test_the_numbers_are_said_and_taken_back(seller: Actor) -> None:
    assert selectors.rules_of(seller).values() == {"gap_days": 3, "link_days": 60, "most_a_day": 10}
    library.change_rules(actor=system_of(seller), values={"gap_days": 5, "link_days": 30, "most_a_day": 4})
    assert selectors.rules_of(seller).gap_days == 5 and NurturingRules.objects.count() == 1
    piece(seller)
    row = sent(seller, lead_of(seller))
    assert row.expires_at is not None
    assert timedelta(days=29) < row.expires_at - times.now() < timedelta(days=31)
    library.inherit_rules_again(actor=system_of(seller))
    assert selectors.rules_of(seller).gap_days == 3
