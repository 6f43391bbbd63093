"""An instance's account at a registrar: registrar, user name and password. Types and URI, no I/O.

The fields are properties of an instance in scenario files; the readers, the JSON Schema and the
user agents take them from here.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sipflow.scenario.model.properties import Expires, RegisterTimeout, Registrar

DEFAULT_EXPIRES = 300.0
DEFAULT_REGISTER_TIMEOUT = 10.0
ANY_REALM = "*"
_SCHEME = "sip:"
_TRANSPORT = ";transport="

# What stands between quotes in an Authorization header: nothing may end them.
_QUOTABLE = r'^[^\x00-\x1f\x7f"\\]+$'

Username = Annotated[
    str,
    Meta(
        max_length=128,
        pattern=_QUOTABLE,
        description="the user name for authentication; default: the instance's number",
        examples=["100"],
    ),
]
Password = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="the password that a challenge (401, 407) to a REGISTER or an INVITE is "
        "answered with",
        examples=["${env:PASSWORD}"],
    ),
]
Realm = Annotated[
    str,
    Meta(
        max_length=128,
        pattern=_QUOTABLE,
        description="the realm that the password is for; default: any",
        examples=["example.com"],
    ),
]


class Account(Struct, frozen=True, kw_only=True):
    """The registrar of an instance, and its credentials there.

    register: whether the instance registers by itself at its start
    """

    registrar: Registrar | None = None
    username: Username | None = None
    password: Password | None = None
    realm: Realm = ANY_REALM
    expires: Expires = DEFAULT_EXPIRES
    register_timeout: RegisterTimeout = DEFAULT_REGISTER_TIMEOUT
    register: bool = False


def registrar_uri(registrar: str, transport: str) -> str:
    """Return the SIP URI of a registrar, by a transport unless the registrar names one."""
    uri = registrar if registrar.startswith(_SCHEME) else _SCHEME + registrar
    return uri if transport == "udp" or _TRANSPORT in uri else f"{uri}{_TRANSPORT}{transport}"
