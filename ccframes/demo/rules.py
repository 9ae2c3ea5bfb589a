"""What each endpoint's service does beyond the table: one rule for each, all in RULES."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ccframes.demo import derived
from ccframes.demo.derived import Question, instant_of, permission_of
from ccframes.demo.families import is_uuid
from ccframes.demo.statistics import aggregate_percents
from ccframes.endpoints import ENDPOINTS
from ccframes.endpoints.audience import CONTACT_STATUSES, SUBRESOURCES
from ccframes.schema import Endpoint

if TYPE_CHECKING:
    from ccframes.demo.quirks import Quirks
    from ccframes.schema import Param

Record = Mapping[str, Any]
Query = Mapping[str, list[str]]
Check = Callable[[str], bool]
Keeps = Callable[[Record, list[str]], bool]


EMAIL_PARTS = tuple(ENDPOINTS["campaign_activity_details"].left_out)


@dataclass(frozen=True)
class Taken:
    """How a query parameter is taken.

    Attributes
    ----------
    check : callable, optional
        Tells whether a value makes sense; by default the table's kind of parameter does.
    keeps : callable, optional
        Tells whether a record is kept, given the values; by default all are.
    """

    check: Check | None = None
    keeps: Keeps | None = None


@dataclass(frozen=True)
class Shown:
    """Fields that are shown on request.

    Attributes
    ----------
    param : str
        The parameter that asks for them.
    fields : tuple of str
        The fields, in records, or in the answer where it is one record.
    usual : bool
        Whether they are shown without the parameter.
    listed : bool
        Whether the parameter's value lists the fields; otherwise anything but `false` shows all.
    empty : bool
        Whether a field that is shown and that the record lacks is an empty array.
    """

    param: str
    fields: tuple[str, ...]
    usual: bool = False
    listed: bool = False
    empty: bool = False

    def hidden(self, query: Query) -> set[str]:
        """Return the fields that the query does not ask for."""
        if self.param not in query:
            return set() if self.usual else set(self.fields)
        values = query[self.param][-1].split(",")
        if self.listed:
            return set(self.fields) - set(values)
        return set(self.fields) if values == ["false"] else set()


@dataclass(frozen=True)
class Rule:
    """What the service of an endpoint does beyond the table.

    Attributes
    ----------
    default_limit, max_limit : int
        Records a page has without `limit`, and at most; 0 for the table's `page_limit`.
    link_param : {"next", "cursor"}
        Name of the parameter of a next link.
    params : mapping
        How parameters are taken, further ones than the table's included.
    defaults : mapping
        Values of parameters that are not given.
    shown : tuple of Shown
        Fields that come on request.
    beside : callable, optional
        Gives, for an id and the records of a page, what stands beside them.
    order : callable, optional
        Gives the records in the order that a query asks for.
    instead : mapping
        Parameters whose value names other records, which are being prepared at first: 202.
    made : callable, optional
        Makes the answer of other answers of the account.
    """

    default_limit: int = 0
    max_limit: int = 0
    link_param: Literal["next", "cursor"] = "next"
    params: Mapping[str, Taken] = field(default_factory=dict)
    defaults: Query = field(default_factory=dict)
    shown: tuple[Shown, ...] = ()
    beside: Callable[[str, Sequence[Record]], Mapping[str, Any]] | None = None
    order: Callable[[Sequence[Record], Query], Sequence[Record]] | None = None
    instead: Mapping[str, str] = field(default_factory=dict)
    made: Callable[[Question], Any] | None = None

    def taken(self, endpoint: Endpoint) -> dict[str, Taken]:
        """Return all parameters but `limit` and cursor, those of the table checked by kind."""
        declared = {param.name: Taken(_check_of(param)) for param in endpoint.params}
        for name, taken in self.params.items():
            usual = declared.get(name, Taken()).check
            declared[name] = replace(taken, check=taken.check or usual)
        return {name: taken for name, taken in declared.items() if name != "limit"}


def rule_of(endpoint: Endpoint, quirks: Quirks) -> Rule:
    """Return the rule of an endpoint with these quirks."""
    rule = RULES.get(endpoint.name, Rule())
    if endpoint.name == "links":
        return replace(rule, params={"no_clicks": _no_clicks(quirks.no_clicks)})
    if endpoint.name == "contact_lists":
        return replace(rule, max_limit=quirks.lists_limit)
    return rule


# --- checks of values -------------------------------------------------------------------------


def _is_bool(text: str) -> bool:
    return text in {"true", "false"}


def _is_instant(text: str) -> bool:
    try:
        instant_of(text)
    except ValueError:
        return False
    return True


def _is_any(_: str) -> bool:
    return True


def _one_of(*choices: str) -> Check:
    return lambda text: text in choices


def _some_of(*choices: str) -> Check:
    return lambda text: set(text.split(",")) <= set(choices)


def _check_of(param: Param) -> Check:
    checks: dict[str, Check] = {
        "bool": _is_bool,
        "digits": str.isdecimal,
        "choice": _one_of(*param.choices),
        "instant": _is_instant,
        "id": is_uuid,
    }
    check = checks.get(param.kind, _is_any)
    return _each_of(check, param.most) if param.many == "comma" else check


def _each_of(check: Check, most: int) -> Check:
    """Return the check of a list of so many values; 0 for any number."""
    return lambda text: all(map(check, text.split(","))) and not 0 < most <= text.count(",")


# --- filters of records -----------------------------------------------------------------------


def _after(path: str) -> Taken:
    """Return a parameter that keeps records with a later instant at that dotted path."""
    return Taken(_is_instant, lambda record, values: _compared(record, path, values[-1]) > 0)


def _before(path: str) -> Taken:
    return Taken(_is_instant, lambda record, values: _compared(record, path, values[-1]) < 0)


def _from(path: str) -> Taken:
    missing = float("-inf")
    return Taken(
        _is_instant, lambda record, values: _compared(record, path, values[-1], missing) >= 0
    )


def _until(path: str) -> Taken:
    missing = float("inf")
    return Taken(
        _is_instant, lambda record, values: _compared(record, path, values[-1], missing) <= 0
    )


def _compared(record: Record, path: str, text: str, missing: float = 0.0) -> float:
    """Return the seconds from an instant to the record's; `missing` where it has none."""
    found: Any = record
    for key in path.split("."):
        found = found.get(key, {})
    return (instant_of(found) - instant_of(text)).total_seconds() if found else missing


def _equal(key: str, check: Check | None = None) -> Taken:
    return Taken(check, lambda record, values: str(record.get(key)) in values)


def _listed(key: str) -> Taken:
    """Return a parameter that keeps records whose value is in a comma-separated list."""
    return Taken(keeps=lambda record, values: record[key] in values[-1].split(","))


def _sharing(key: str) -> Taken:
    """Return a parameter that keeps records of which an array has one of the ids."""
    return Taken(
        keeps=lambda record, values: not set(values[-1].split(",")).isdisjoint(record.get(key, ()))
    )


def _no_clicks(listing: str) -> Taken:
    """Return the parameter that, with that value, keeps links nobody clicked."""
    return Taken(
        _is_bool, lambda link, values: values[-1] == listing or link.get("unique_clicks") != 0
    )


def _has_contact_status(record: Record, values: list[str]) -> bool:
    asked = set(values[-1].split(","))
    if "deleted_at" in record:
        return not asked.isdisjoint({"all", "deleted"})
    permission = permission_of(record)
    status = "active" if permission in {"explicit", "implicit"} else permission
    return not asked.isdisjoint({"all", status})


def _has_sms_status(record: Record, values: list[str]) -> bool:
    consents = record.get("sms_channel", {}).get("sms_channel_consents", ())
    states = {consent["sms_consent_permission"] for consent in consents} or {"not_set"}
    return not {"all", *states}.isdisjoint(values[-1].split(","))


def _has_list_status(record: Record, values: list[str]) -> bool:
    status = "deleted" if "deleted_at" in record else "active"
    return not {"all", status}.isdisjoint(values[-1].split(","))


def _has_address(record: Record, values: list[str]) -> bool:
    address: str = record.get("email_address", {}).get("address", "")
    return address.casefold() == values[-1].casefold()


def _is_called(record: Record, values: list[str]) -> bool:
    """Tell whether a name or the address holds a text."""
    words = (record.get(key, "") for key in ("first_name", "last_name", "email_address"))
    return any(values[-1].casefold() in word.casefold() for word in words)


def _sort_segments(records: Sequence[Record], query: Query) -> Sequence[Record]:
    if query.get("sort_by") == ["name"]:
        return sorted(records, key=lambda segment: str(segment["name"]))
    return sorted(records, key=lambda segment: str(segment["edited_at"]), reverse=True)


# --- the rules --------------------------------------------------------------------------------

_RANGE = {"start": _from("start_on"), "end": _until("start_on")}
_LANDING = Rule(
    default_limit=50, max_limit=500, params={"contacts_filter": Taken(keeps=_is_called)}
)
_CONTACT_PARTS = Shown("include", SUBRESOURCES, listed=True, empty=True)

RULES: Mapping[str, Rule] = {
    "campaign_summaries": Rule(
        default_limit=50,
        max_limit=500,
        beside=lambda _, rows: {"aggregate_percents": aggregate_percents(rows)},
    ),
    "sms_summaries": Rule(
        default_limit=50,
        max_limit=50,
        params={"start_at": _from("last_sent_date"), "end_at": _until("last_sent_date")},
        beside=lambda _, rows: {"aggregate_percents": derived.sms_percents(rows)},
    ),
    "links": Rule(params={"no_clicks": _no_clicks("true")}, defaults={"no_clicks": ["false"]}),
    "clicks": Rule(params={"url_id": _equal("url_id", str.isdecimal)}),
    "bounces": Rule(params={"bounce_code": _equal("bounce_code")}),
    "contact_activity": Rule(
        default_limit=100,
        max_limit=100,
        params={
            "tracking_activities_list": _listed("tracking_activity_type"),
            "tracking_activity_type": _equal("tracking_activity_type"),
            "include_campaign_activity_names": Taken(_is_bool),
        },
        shown=(Shown("include_campaign_activity_names", ("campaign_activity_name",), usual=True),),
    ),
    "contact_rates": Rule(params=_RANGE, made=derived.contact_rates),
    "contact_summary": Rule(
        params=_RANGE,
        beside=lambda key, _: {"contact_id": key},
    ),
    "landing_clicks": _LANDING,
    "landing_unique_opens": _LANDING,
    "landing_opens": _LANDING,
    "landing_updates": _LANDING,
    "landing_adds": _LANDING,
    "landing_sms_optins": _LANDING,
    "campaigns": Rule(
        default_limit=50,
        max_limit=500,
        params={"after_date": _after("updated_at"), "before_date": _before("updated_at")},
    ),
    "campaign_activity_details": Rule(
        params={"include": Taken(_some_of(*EMAIL_PARTS))},
        shown=(Shown("include", EMAIL_PARTS, listed=True),),
    ),
    "contacts": Rule(
        default_limit=50,
        max_limit=500,
        link_param="cursor",
        params={
            "status": Taken(keeps=_has_contact_status),
            "sms_status": Taken(keeps=_has_sms_status),
            "email": Taken(keeps=_has_address),
            "lists": _sharing("list_memberships"),
            "tags": _sharing("taggings"),
            "created_after": _after("created_at"),
            "created_before": _before("created_at"),
            "updated_after": _after("updated_at"),
            "updated_before": _before("updated_at"),
            "optout_after": _after("email_address.opt_out_date"),
            "optout_before": _before("email_address.opt_out_date"),
            "include_count": Taken(_is_bool),
        },
        defaults={"status": [",".join(CONTACT_STATUSES[1:2] + CONTACT_STATUSES[3:])]},
        shown=(_CONTACT_PARTS,),
        instead={"segment_id": "segment_contacts"},
    ),
    "contact": Rule(
        params={"include": Taken(_some_of(*SUBRESOURCES))},
        shown=(_CONTACT_PARTS,),
        made=derived.contact,
    ),
    "contact_counts": Rule(
        params={"include": Taken(_one_of("new_subscriber"))},
        shown=(Shown("include", ("new_subscriber",), listed=True),),
        made=derived.contact_counts,
    ),
    "contact_lists": Rule(
        default_limit=50,
        max_limit=1_000,
        link_param="cursor",
        params={
            "name": _equal("name"),
            "status": Taken(_some_of("all", "active", "deleted"), _has_list_status),
            "include_count": Taken(_is_bool),
            "include_membership_count": Taken(_one_of("all", "active")),
            "channel_type": Taken(_one_of("email", "sms")),
            "include_sms_membership_count": Taken(_is_bool),
        },
        defaults={"status": ["active"]},
        shown=(Shown("include_membership_count", ("membership_count",)),),
    ),
    "tags": Rule(
        default_limit=50,
        max_limit=500,
        link_param="cursor",
        params={"include_count": Taken(_is_bool)},
        shown=(Shown("include_count", ("contacts_count",)),),
    ),
    "custom_fields": Rule(default_limit=50, max_limit=100, link_param="cursor"),
    "segments": Rule(
        default_limit=1_000,
        max_limit=1_000,
        params={"sort_by": Taken(_one_of("name", "date"))},
        order=_sort_segments,
    ),
    "account": Rule(
        shown=(Shown("extra_fields", ("physical_address", "company_logo"), listed=True),),
    ),
    "privileges": Rule(made=derived.privileges),
}
"""The rules by endpoint; one without is as the table says."""


def _beyond(name: str, path: str, scope: str, privilege: str, key: str = "") -> Endpoint:
    """Return an endpoint that the server has and the table does not."""
    return Endpoint(
        name, path, "", (), "single", "", scope=scope, privilege=privilege, guide="", key=key
    )


BEYOND_THE_TABLE = (
    _beyond("contact_counts", "/contacts/counts", "contact_data", "contacts:read"),
    _beyond("contact", "/contacts/{contact_id}", "contact_data", "contacts:read", "contact_id"),
    _beyond("privileges", "/account/user/privileges", "", ""),
)
"""Endpoints that no loader has."""
