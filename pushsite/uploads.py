"""How much one request may upload, known before its first byte is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST = 100 * 1024 * 1024
"""Five of the largest pictures: scripts send one at a time, plain forms several."""


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
        if content_length > MOST:
            raise RequestDataTooBig(f"More than {MOST} bytes in one request.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
