"""The HTTP API of campaigns: parse, one function, answer."""

from ninja import Router

from . import people, primers, receipts

router = Router()
router.add_router("", receipts.router)
router.add_router("", primers.router)
router.add_router("", people.router)

__all__ = ["router"]
