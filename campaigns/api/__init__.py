"""The HTTP API of campaigns: parse, one function, answer."""

from ninja import Router

from . import receipts

router = Router()
router.add_router("", receipts.router)

__all__ = ["router"]
