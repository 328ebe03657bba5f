"""Addresses in the log by their route: some hold a person's id or a signed link."""

import logging


class Routes(logging.Filter):
    """Writes `/p/<token>/` where Django would write the address that was asked."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        path = getattr(request, "path", None)
        if match is not None and isinstance(record.args, tuple):
            route = f"/{match.route}"
            record.args = tuple(route if each == path else each for each in record.args)
        return True
