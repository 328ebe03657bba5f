"""The HTTP API of campaigns: parse, one function, answer."""

from ninja import Router

from . import primers, receipts

router = Router()
router.add_router("", receipts.router)
router.add_router("", primers.router)

__all__ = ["router"]
