"""The questions as tools of a server of the Model Context Protocol, over stdio or HTTP.

What belongs here: all that knows of the protocol. What does not: what is asked and answered (``questions``).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations

from dashboard.store import Store
from orchestration.answers.questions import QUESTIONS
from sources.errors import BaogaoError

INSTRUCTIONS = """Goals and results from work reports of Chinese governments (政府工作报告), each with its sentence.
Tell every figure with its release and its sentence or cell. Where `why` is there, there is no answer: say why, keep to
may_conclude and may_not_conclude, and put in no figure from memory or of another year, place or measure. Where places
or indicators come with `why`, ask back which one is meant."""


def make_server(store_of: Callable[[], Store]) -> MCPServer[Any]:
    """Return a server that asks the release of `store_of`, which is called anew for each question."""
    server: MCPServer[Any] = MCPServer(
        "baogao", instructions=INSTRUCTIONS, version=version("baogao"), log_level="WARNING"
    )
    harmless = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for question in QUESTIONS:
        server.add_tool(_tool(question, store_of), annotations=harmless)
    return server


def serve_http(server: MCPServer[Any], host: str, port: int, names: Sequence[str]) -> None:
    """Serve at http://host:port/mcp until interrupted, to requests that name loopback, `host` or one of `names`."""
    known = dict.fromkeys(("127.0.0.1", "localhost", "::1", host, *names))
    written = [f"[{name}]" if ":" in name else name for name in known]
    hosts = [*written, *(f"{name}:*" for name in written)]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in hosts]
    guard = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    server.run("streamable-http", host=host, port=port, stateless_http=True, transport_security=guard)


def _tool(question: Callable[..., Any], store_of: Callable[[], Store]) -> Callable[..., Any]:
    """Return `question` without its first parameter; an error that a person can mend keeps its words."""

    def tool(**arguments: Any) -> Any:
        try:
            return question(store_of(), **arguments)
        except BaogaoError as error:
            raise ToolError(str(error)) from error

    signature = inspect.signature(question, eval_str=True)
    tool.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]
    tool.__name__, tool.__doc__ = question.__name__, question.__doc__
    return tool
