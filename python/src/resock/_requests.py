"""What a client asks for at its opening, and what may be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Mapping, Optional, Tuple, Union

if TYPE_CHECKING:
    from resock._core import Request as ToldRequest
    from resock._link import Link


@dataclass(frozen=True)
class Request:
    """The opening of a connection; or, with `link`, a fresh token of the client of a session."""

    method: str
    """"GET"."""
    target: str
    """Path and query as they came, "/chat?room=1"."""
    headers: Tuple[Tuple[str, str], ...] = field(repr=False)  # with secrets
    """Names and values in the order of the request, as latin-1."""
    address: str
    """Of the client, "192.0.2.1:4711"."""
    tls: str
    """Version and cipher, "" without TLS."""
    token: Optional[bytes] = field(repr=False)
    """What the client of a session sent to show who it is."""
    link: Optional[Link] = None
    """The link that a fresh token is for."""

    @classmethod
    def of(cls, told: ToldRequest, link: Optional[Link]) -> Request:
        """From what the extension tells."""
        fields = tuple(told.fields)
        return cls(told.method, told.target, fields, told.address, told.tls, told.token, link)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """The value of the first field of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)


@dataclass(frozen=True)
class Reject:
    """What on_request returns to refuse: an HTTP status of 300 to 599."""

    status: int
    """401, 403, 404, 429, 503 …; a redirect needs the header Location."""
    body: str = ""
    """Plain text."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further fields of the answer."""

    def __post_init__(self) -> None:
        if not 300 <= self.status <= 599:
            raise ValueError(f"status={self.status} is out of range: 300 to 599")
        self._fields()

    def _fields(self) -> str:
        """The lines of the further fields."""
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        for line in lines:
            if any(each in line for each in "\r\n\0"):
                raise ValueError(
                    f"the header {line!r} holds a line break or NUL, which would begin another "
                    "field: names and values are one line each"
                )
        return "\n".join(lines)


Decision = Union[None, Reject, Mapping[str, object]]
"""None: accept; a mapping: accept with these options of the link, such as session_principal."""
OnRequest = Callable[[Request], Union[Decision, Awaitable[Decision]]]
Handler = Callable[["Link"], Awaitable[object]]
