"""Who acts. An actor is made once per request, command or job and handed to every service."""

from __future__ import annotations

from dataclasses import dataclass, field


class PermissionRefused(Exception):
    """The actor lacks the capability named in `capability`."""

    def __init__(self, capability: str) -> None:
        super().__init__(capability)
        self.capability = capability


@dataclass(frozen=True)
class Actor:
    """A member of staff at work in one organisation, or the system itself (`staff_id` None).

    `read_orgs` are the organisations whose rows may be read; writing goes to `organisation_id` alone.
    """

    organisation_id: int
    staff_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    shared_orgs: frozenset[int] = field(default_factory=frozenset)

    @property
    def read_orgs(self) -> tuple[int, ...]:
        return (self.organisation_id, *sorted(self.shared_orgs - {self.organisation_id}))

    def may(self, capability: str) -> bool:
        return capability in self.capabilities

    def require(self, capability: str) -> None:
        if not self.may(capability):
            raise PermissionRefused(capability)
