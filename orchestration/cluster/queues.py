"""Which queue a run waits in, by the assets that it makes; and how Celery is set up on both of its ends.

What does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from orchestration import hops

#: one polite process asks sites; readers, as many as there are; the one host that has the warehouse on its disk
FETCH, READ, WAREHOUSE = "fetch", "dagster", "warehouse"
#: assets and steps
_FETCHED = frozenset({*hops.FETCHED, *(hop.name for hop in hops.FETCHING)})
_READ = frozenset({*hops.READ, *(hop.name for hop in hops.READING)})
#: jobs without assets: they look at sites
_ASKING_JOBS = frozenset({"refresh"})

#: settings of Celery, of who hands runs over and of who takes them
CELERY: dict[str, Any] = {
    "task_default_queue": READ,
    # a worker takes a run when it has a free slot, and leaves it to others else; what it took is taken off the queue at
    # once, so that what was popped by a process that died before that may soon be given to another
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "task_acks_late": False,
    "broker_transport_options": {"visibility_timeout": 120, "socket_keepalive": True, "health_check_interval": 30},
    "redis_socket_keepalive": True,
    "redis_backend_health_check_interval": 30,
    "broker_connection_retry_on_startup": True,
    # what a run prints goes where the worker's own lines go, once
    "worker_redirect_stdouts": False,
    "worker_send_task_events": False,
}


def queue_of(job: str, makes: Collection[str]) -> str:
    """Return the queue of a run of `job` that makes `makes`: names of assets, or of the steps that make them."""
    if job in _ASKING_JOBS or _FETCHED & set(makes):
        return FETCH
    return WAREHOUSE if set(makes) - _READ else READ
