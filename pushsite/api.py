"""The HTTP API, version 1: every room's routers under one roof."""

from ninja import NinjaAPI

from campaigns.api import router as campaigns_router
from devices.api import problems
from devices.api import router as devices_router
from devices.api.parsing import StrictParser

api = NinjaAPI(
    title="Pushsite",
    version="1",
    urls_namespace="api",
    description=(
        "Register devices, say who uses them, keep what people agree to, and report "
        "what they do and what became of pushes. Errors are application/problem+json "
        "and name the field."
    ),
    parser=StrictParser(),
)
problems.install(api)
api.add_router("", devices_router)
api.add_router("", campaigns_router)
