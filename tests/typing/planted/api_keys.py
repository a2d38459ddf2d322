"""Type errors about keys."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    made = k2k.add_api_key("BLOOM", "shop", preset="web_shop")
    use(made["key"])  # error: TypedDict "NewApiKey" has no key "key"
    use(made["secret"] + "x")  # error: Unsupported left operand type for + ("None")
    use(k2k.api_keys("BLOOM")["items"][0]["secret"])  # error: TypedDict "ApiKey" has no key "secret"
    use(k2k.revoke_api_key("BLOOM", "1")["revoked"])  # error: TypedDict "ApiKey" has no key "revoked"
    use(k2k.customer_token("BLOOM", "C-1")["token"])  # error: TypedDict "NewApiKey" has no key "token"
    use(k2k.key_actor("k2k_1").company)  # error: Item "None" of "Actor | None" has no attribute "company"
    use(k2k.api_keys("BLOOM")["keys"])  # error: TypedDict "ApiKeys" has no key "keys"
