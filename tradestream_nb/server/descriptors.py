"""How many connections the system lets this process have."""

from __future__ import annotations

EACH, BESIDES = 2, 256
"""Descriptors of a connection, and those that are needed for anything else."""


def make_room(connections: int) -> None:
    """Have the system let the process hold so many connections, or as many as it may; where it cannot, nothing."""
    try:
        import resource
    except ImportError:
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = EACH * connections + BESIDES
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
