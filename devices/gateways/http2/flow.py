"""How much the other side takes now (RFC 9113, section 5.2)."""

from devices.gateways.http2 import frames


class _Held:
    """A body that did not fit into a window, or what is left of it."""

    def __init__(self, body: bytes, window: int) -> None:
        self.body = body
        self.window = window


class Flow:
    """The windows of one connection and of its streams."""

    def __init__(self) -> None:
        self.connection = frames.WINDOW
        """Bytes of bodies that the connection takes."""
        self._initial = frames.WINDOW
        self._largest = frames.LARGEST
        self._held: dict[int, _Held] = {}
        self._note()

    def hold(self, stream: int, body: bytes) -> bytes:
        """The frames of a long body that may leave now; the others are kept."""
        self._held[stream] = _Held(body, self._initial)
        return self._released(stream)

    def obey(self, wishes: dict[int, int]) -> bytes:
        """The server's settings; returns what may leave now."""
        self._largest = wishes.get(frames.MAX_FRAME, self._largest)
        initial = wishes.get(frames.INITIAL_WINDOW, self._initial)
        for held in self._held.values():
            held.window += initial - self._initial
        self._initial = initial
        self._note()
        return self._all_released()

    def widen(self, stream: int, size: int) -> bytes:
        """A WINDOW_UPDATE; returns what may leave now."""
        if not stream:
            self.connection += size
        elif stream in self._held:
            self._held[stream].window += size
        return self._all_released()

    def forget(self, stream: int) -> None:
        """This stream is over."""
        self._held.pop(stream, None)

    def _note(self) -> None:
        self.at_once = min(self._initial, self._largest)
        """Bytes of a body that may leave in one frame on a new stream."""

    def _all_released(self) -> bytes:
        return b"".join([self._released(stream) for stream in list(self._held)])

    def _released(self, stream: int) -> bytes:
        held, text = self._held[stream], b""
        while held.body:
            most = min(held.window, self.connection, self._largest)
            if most <= 0:
                return text
            piece, held.body = held.body[:most], held.body[most:]
            held.window -= len(piece)
            self.connection -= len(piece)
            last = 0 if held.body else frames.END_STREAM
            text += frames.frame(frames.DATA, last, stream, piece)
        del self._held[stream]
        return text
