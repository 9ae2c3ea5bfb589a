"""The account itself."""

from __future__ import annotations

from ccframes.endpoints.shared import GUIDE
from ccframes.schema import Column, Endpoint, Param


def _text(key: str, meaning: str, *, unit: str = "text", pii: bool = False) -> Column:
    return Column(key.replace(".", "_"), "str", key, unit, meaning, pii=pii)


ACCOUNT = (
    Endpoint(
        name="account",
        path="/account/summary",
        records="",
        columns=(
            _text("encoded_account_id", "Account", unit="id"),
            _text("organization_name", "Organization"),
            _text("time_zone_id", "Time zone (IANA), the one to count days in", unit="zone"),
            _text("country_code", "Country, two letters", unit="code"),
            _text("state_code", "State", unit="code"),
            _text("first_name", "Owner's first name", pii=True),
            _text("last_name", "Owner's last name", pii=True),
            _text("contact_email", "Owner's address", pii=True),
            _text("contact_phone", "Owner's phone number", pii=True),
            _text("organization_phone", "Organization's phone number"),
            _text("website", "Website"),
            _text("encoded_partner_id", "Partner the account belongs to", unit="id"),
            *(
                _text(f"physical_address.{key}", f"Address of the organization: {meaning}")
                for key, meaning in {
                    "address_line1": "line 1",
                    "address_line2": "line 2",
                    "address_line3": "line 3",
                    "city": "city",
                    "state_code": "state, two letters",
                    "state_name": "state",
                    "postal_code": "postal code",
                    "country_code": "country, two letters",
                }.items()
            ),
            _text("company_logo.url", "Logo"),
            _text("company_logo.external_url", "Logo elsewhere"),
            _text("company_logo.internal_id", "Logo", unit="id"),
        ),
        walk="single",
        rows="one: the account",
        guide=f"{GUIDE}index.html",
        params=(
            Param(
                "extra_fields",
                "choice",
                "What to send in addition",
                choices=("physical_address", "company_logo"),
                many="comma",
            ),
        ),
        scope="account_read",
        privilege="account:read",
    ),
)
