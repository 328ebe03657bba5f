"""How much one request may upload, known before its first byte is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST = 100 * 1024 * 1024
"""Five of the largest pictures: scripts send one at a time, plain forms several."""

LARGER = {"admin:devices_import_add": 300 * 1024 * 1024}
"""Addresses that take larger files: a million people and devices."""


class Bounded(FileUploadHandler):
    """Refuses what says that it is too large; the next handlers keep the rest."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        match = self.request.resolver_match if self.request else None
        most = LARGER.get(match.view_name, MOST) if match else MOST
        if content_length > most:
            raise RequestDataTooBig(f"More than {most} bytes in one request.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
