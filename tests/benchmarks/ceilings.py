"""How fast the gateway itself is: by h2load, a client in C, where it is installed."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.benchmarks import sizes, wires
from tests.benchmarks.wires import Wire

CONNECTIONS, STREAMS = 4, 100
BODY = 400
MISSING = "The gateway's own ceiling was not measured: install h2load (nghttp2-client)."


def told(wire: Wire) -> str:
    """A sentence with the gateway's requests a second, its client on one processor."""
    program = shutil.which("h2load")
    if program is None:
        return MISSING
    count = str(sizes.upto(400_000))
    body = Path(sizes.FOLDER) / "h2load-body"
    body.write_bytes(b"x" * BODY)
    numbers = ("-n", count, "-c", str(CONNECTIONS), "-m", str(STREAMS))
    url = f"https://127.0.0.1:{wire.port}/v1/projects/demo/messages:send"
    before = wire.told()
    done = subprocess.run(
        [*wires.pinned(0), program, *numbers, "-d", str(body), url],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    after = wire.told()
    found = re.search(r"finished in [^,]+, ([\d.]+) req/s", done.stdout)
    rate = float(found[1]) if found else 0.0
    used = after["pushes"] - before["pushes"], after["cpu"] - before["cpu"]
    return (
        f"The gateway's ceiling: h2load, with {CONNECTIONS} connections of {STREAMS} "
        f"streams and {BODY} bytes, gets {rate:,.0f} answers a second, "
        f"{used[0] / used[1]:,.0f} a CPU second of the gateway."
    )
