"""`ContactPicker`: contacts by their email address and name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.widgets.listing import Listing, Order, column, one_per_id
from ccframes.widgets.names import folded, legible
from ccframes.widgets.picker import Picker

_KEY = "contact_id"
_LOADERS = "load_contacts() or a report of contacts, such as load_sends()"
_MANY = 1_000
_NAMES = ("first_name", "last_name", "company_name")


class ContactPicker(Picker):
    """Choose contacts by their address or name.

    Where there are more than a thousand, none is listed before something is typed.

    Parameters
    ----------
    contacts : pandas.DataFrame
        Contacts to choose from: of `load_contacts()`, or any frame with contact_id, such as the
        events of an email.
    multiple : bool, default True
        Whether more than one can be chosen.

    Attributes
    ----------
    value : tuple of str
        The contact ids that are chosen. Assign to it to choose; `observe(function, "value")`
        calls a function once for each real change.
    frame : pandas.DataFrame
        The rows of the contacts chosen, the first of each; loaders take the picker itself.
    contacts : pandas.DataFrame
        All contacts to choose from; assign others to refresh the list. What is chosen stays.

    Raises
    ------
    ColumnsError
        The frame has no contact ids.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.widgets import ContactPicker
    >>> client = ccf.connect(demo=True)
    >>> picker = ContactPicker(ccf.load_contacts(), multiple=False)
    >>> picker.value = picker.contacts["contact_id"].tolist()[40]
    >>> picker
    <ContactPicker: 1,746 contacts, 1 chosen>
    >>> activity = ccf.load_contact_activity(picker)
    """

    def __init__(self, contacts: pd.DataFrame, *, multiple: bool = True) -> None:
        super().__init__(contact_listing(contacts), multiple=multiple)

    @property
    def contacts(self) -> pd.DataFrame:
        """All contacts to choose from."""
        return self.choices.state.listing.rows

    @contacts.setter
    def contacts(self, frame: pd.DataFrame) -> None:
        self.choices.refresh(contact_listing(frame))


def contact_listing(frame: pd.DataFrame) -> Listing:
    """Return contacts as a list shows them, one line each."""
    rows = one_per_id(frame, _KEY, _LOADERS)
    addresses = column(rows, "email_address")
    names = _full_names(rows)
    return Listing(
        rows=rows,
        key=_KEY,
        noun="contact",
        nouns="contacts",
        lines=[_line(*said) for said in zip(addresses, names, strict=True)],
        searched=[addresses, names],
        facets={"Permission": column(rows, "email_address_permission_to_send")},
        orders=[
            Order("Address", addresses.map(folded, na_action="ignore")),
            Order("Name", names.map(folded, na_action="ignore")),
        ],
        hint="words of an address or a name",
        typed_first=len(rows) > _MANY,
    )


def _full_names(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return first and last names and companies; missing where none is known."""
    parts = zip(*(column(rows, name) for name in _NAMES), strict=True)
    names = [" ".join(str(one) for one in known if pd.notna(one)) or None for known in parts]
    return pd.Series(names, index=rows.index, dtype="object")


def _line(address: Any, name: Any) -> str:
    shown = "(no address)" if pd.isna(address) else legible(address)
    return shown if pd.isna(name) else f"{shown} · {legible(name)}"
