"""What bounds a worker's database session (reference: traps of the ledger).

The ledger's tables change faster than their statistics, so a plan that reads whole
tables is an outage. What is forbidden costs so much on paper that PostgreSQL would
compile each statement first, for seconds: so jit is off. And a statement slower than
the lease would never end well.
"""

import time

from django.db import InterfaceError, OperationalError, connection


def bound(lease: float) -> None:
    """Bound this connection's plans and times; ``lease`` in seconds."""
    limit = int(lease * 700)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jit', 'off', false),"
            " set_config('enable_hashjoin', 'off', false),"
            " set_config('enable_mergejoin', 'off', false),"
            " set_config('enable_seqscan', 'off', false),"
            " set_config('enable_material', 'off', false),"
            " set_config('statement_timeout', %s, false),"
            " set_config('idle_in_transaction_session_timeout', %s, false)",
            [str(limit), str(limit)],
        )


def reconnect(lease: float) -> None:
    """A new connection after the old one broke; gives it a moment to come back."""
    connection.close()
    time.sleep(0.2)
    try:
        bound(lease)
    except (OperationalError, InterfaceError):
        connection.close()
