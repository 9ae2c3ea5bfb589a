"""Loaders of contacts and of what they are sorted by."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented


@documented("contacts")
def load_contacts(
    *,
    status: Any = None,
    sms_status: Any = None,
    email: Any = None,
    lists: Any = None,
    tags: Any = None,
    segment_id: Any = None,
    created_after: Any = None,
    created_before: Any = None,
    updated_after: Any = None,
    updated_before: Any = None,
    optout_after: Any = None,
    optout_before: Any = None,
    include: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load contacts.

    Parameters
    ----------
    status : str or iterable of str, optional
        Only contacts of these states; by default all but deleted ones.
    sms_status : str or iterable of str, optional
        Only contacts whose SMS channel has one of these states: all, explicit, unsubscribed,
        pending_confirmation, not_set.
    email : str, optional
        Only the contact with this address.
    lists, tags : str or iterable of str, optional
        Only contacts on these lists, at most 25, or with these tags, at most 50, by id.
    segment_id : str, optional
        Only contacts in this segment; no other parameter goes with it, not even `include`. If the
        API prepares them first, they are waited for, about two minutes at most.
    created_after, created_before, updated_after, updated_before, optout_after, optout_before : \
anything pandas takes as a time, optional
        Only contacts made, changed or opted out after or before that; in the account's zone where
        it names none.
    include : str or iterable of str, optional
        What to send with each contact: custom_fields, list_memberships, taggings, notes,
        phone_numbers, street_addresses.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> contacts = ccf.load_contacts(include="list_memberships")
    >>> bool(contacts["contact_id"].is_unique)
    True
    """
    return (client or default_client()).load(
        "contacts",
        params={
            "status": status,
            "sms_status": sms_status,
            "email": email,
            "lists": lists,
            "tags": tags,
            "segment_id": segment_id,
            "created_after": created_after,
            "created_before": created_before,
            "updated_after": updated_after,
            "updated_before": updated_before,
            "optout_after": optout_after,
            "optout_before": optout_before,
            "include": include,
        },
        progress=progress,
        max_pages=max_pages,
    )


@documented("contact_lists")
def load_contact_lists(
    *,
    include_membership_count: Any = None,
    status: Any = None,
    name: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the lists of contacts.

    Parameters
    ----------
    include_membership_count : {"all", "active"}, optional
        Count the members: all, or those that may be sent to.
    status : {"active", "deleted", "all"}, optional
        Only lists of this state.
    name : str, optional
        Only the list of this name.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> lists = ccf.load_contact_lists(include_membership_count="all")
    >>> bool(lists["membership_count"].ge(0).all())
    True
    """
    return (client or default_client()).load(
        "contact_lists",
        params={
            "include_membership_count": include_membership_count,
            "status": status,
            "name": name,
        },
        progress=progress,
        max_pages=max_pages,
    )


@documented("tags")
def load_tags(
    *,
    include_count: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the tags of contacts.

    Parameters
    ----------
    include_count : bool, optional
        Count the contacts that have each tag.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_tags()["tag_id"].is_unique
    True
    """
    return (client or default_client()).load(
        "tags",
        params={"include_count": include_count},
        progress=progress,
        max_pages=max_pages,
    )


@documented("custom_fields")
def load_custom_fields(
    *,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the definitions of contacts' custom fields.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_custom_fields()["label"].notna().all()
    np.True_
    """
    return (client or default_client()).load(
        "custom_fields",
        progress=progress,
        max_pages=max_pages,
    )


@documented("segments")
def load_segments(
    *,
    sort_by: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the segments of contacts.

    Parameters
    ----------
    sort_by : {"name", "date"}, optional
        Order of the rows.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_segments()["segment_id"].is_unique
    True
    """
    return (client or default_client()).load(
        "segments",
        params={"sort_by": sort_by},
        progress=progress,
        max_pages=max_pages,
    )
