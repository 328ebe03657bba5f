"""The HTTP API that apps and sites call: parse, one function, answer."""

from ninja import Router

from . import (
    devices,
    events,
    pairing,
    people,
    server_access,  # noqa: F401 (more of server_people's addresses)
    server_people,
    web,
)

router = Router()
router.add_router("", devices.router)
router.add_router("", people.router)
router.add_router("", events.router)
router.add_router("", server_people.router)
router.add_router("", pairing.router)
router.add_router("", web.router)

__all__ = ["router"]
