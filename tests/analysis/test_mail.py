"""Events find the email they belong to."""

from __future__ import annotations

import pytest

from ccframes.analysis.mail import delivered, mail_of
from ccframes.errors import ColumnsError, PartialResultWarning
from tests.analysis.events import events

SENDS = events([("b", "ann", 9), ("a", "ann", 1), ("a", "ben", 1), ("a", "ann", 2)])


def test_an_email_that_is_listed_twice_is_one_and_was_sent_at_the_earlier_time() -> None:
    mail = mail_of(SENDS)
    assert len(mail) == 3
    assert mail.row.tolist() == [1, 0, 2]


def test_each_event_finds_its_email_by_activity_and_contact() -> None:
    mail = mail_of(SENDS)
    opens = events([("a", "ben", 3), ("b", "ann", 3), ("b", "ann", 4)])
    assert mail.place(opens, "load_opens()", "opens").tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    "stray", [("a", "cleo", 3), ("c", "ann", 3), ("b", "ben", 3), (None, "ann", 3), ("a", None, 3)]
)
def test_an_event_of_no_email_is_counted_in_a_warning(stray: tuple[object, ...]) -> None:
    with pytest.warns(PartialResultWarning, match="1 of 2 opens belong to no email"):
        place = mail_of(SENDS).place(events([("a", "ann", 3), stray]), "load_opens()", "opens")
    assert place.tolist() == [0, -1]


@pytest.mark.parametrize("lacking", [("a", None, 3), (None, "ben", 3), ("a", "ben", None)])
def test_sends_without_ids_or_time_are_counted_in_a_warning(lacking: tuple[object, ...]) -> None:
    with pytest.warns(PartialResultWarning, match="1 of 2 sends name no activity, no contact or"):
        assert len(mail_of(events([("a", "ann", 3), lacking]))) == 1


def test_ids_as_text_as_categories_and_as_objects_are_the_same_ids() -> None:
    opens = events([("a", "ben", 3)])
    for dtype in ("category", object):
        ids = {"campaign_activity_id": dtype, "contact_id": dtype}
        place = mail_of(SENDS.astype(ids)).place(opens.astype(ids), "load_opens()", "opens")
        assert place.tolist() == [2]


def test_vacation_replies_and_bounces_of_opened_emails_were_delivered() -> None:
    mail = mail_of(SENDS)
    bounces = events(
        [("a", "ann", 1, "B"), ("b", "ann", 9, "V"), ("a", "ben", 1, "F")], "bounce_code"
    )
    opened = mail.having(events([("a", "ben", 3)]), "load_opens()", "opens")
    assert delivered(mail, bounces).tolist() == [False, True, False]
    assert delivered(mail, bounces, opened).tolist() == [False, True, True]
    assert delivered(mail, None).all()


def test_frames_without_what_is_needed_name_the_loader() -> None:
    with pytest.raises(ColumnsError, match=r"sends: .*'created_time'; load_sends\(\)"):
        mail_of(SENDS.drop(columns="created_time"))
    with pytest.raises(ColumnsError, match=r"bounces: .*'bounce_code'; load_bounces\(\)"):
        delivered(mail_of(SENDS), SENDS)


def test_no_emails_hold_no_events() -> None:
    mail = mail_of(SENDS.head(0))
    assert len(mail) == 0
    with pytest.warns(PartialResultWarning):
        assert mail.place(SENDS, "load_opens()", "opens").tolist() == [-1] * len(SENDS)
