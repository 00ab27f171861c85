"""Swaps handlers while the runner runs, when their files are edited."""

from __future__ import annotations

import ast
import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Set
from contextlib import asynccontextmanager
from pathlib import Path

from tradestream_nb.candidate import propose
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.errors import HandlerDefinitionError
from tradestream_nb.host import Host
from tradestream_nb.loading import load_file
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.proposal import Proposal
from tradestream_nb.spec import HandlerSpec

logger = logging.getLogger(__name__)

DEBOUNCE = 200
"""Milliseconds for which changes of one save are gathered."""


@asynccontextmanager
async def watching(folder: Path, pipeline: Pipeline) -> AsyncIterator[None]:
    """Take in the files of `folder` as they are saved, for the length of a block on the pipeline's own loop."""
    task = asyncio.create_task(_watch(folder, pipeline))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


class Intake:
    """Takes in the files of handlers as they are saved; knows which it has refused."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._refused: set[Path] = set()

    async def take_all(self, files: Iterable[Path]) -> None:
        """Take in the files of one change; of one that has another name now, which is no loss, by that name first."""
        for file in sorted(files, key=lambda file: (not file.exists(), file)):
            await self.take(file)

    async def take(self, file: Path) -> None:
        """Load a file and swap in those of its handlers that pass the checks; each is told of in one line of the log.

        One of a new name comes in place of the one with its topic that this file has no more: it has been renamed.
        Whatever is wrong with the file, the handlers that run go on. A file that is gone leaves them running too.
        """
        if not await asyncio.to_thread(file.exists):
            if any(spec.file == str(file) for spec in self._pipeline.host.specs.values()):
                logger.warning("%s is gone; its handlers go on until the next start", file)
            return
        try:
            handlers = await asyncio.to_thread(load_file, file)
        except HandlerDefinitionError as problem:
            logger.warning("not swapped, the running code goes on: %s", problem)
            self._refused.add(file)
            return
        self._take_in(file, handlers)

    def _take_in(self, file: Path, handlers: list[Handler]) -> None:
        host, names = self._pipeline.host, {spec_of(function).name for function in handlers}
        if file in self._refused and all(_runs(spec_of(function), host.specs) for function in handlers):
            logger.info("%s is what runs again", file)
        if all([_offer(function, names, host) for function in handlers]):
            self._refused.discard(file)
        else:
            self._refused.add(file)
        for spec in host.specs.values():
            if spec.file == str(file) and spec.name not in names:
                logger.warning("handler %r is gone from %s; it goes on until the next start", spec.name, file)


async def _watch(folder: Path, pipeline: Pipeline) -> None:
    from watchfiles import awatch

    intake = Intake(pipeline)
    try:
        async for changes in awatch(folder, recursive=False, debounce=DEBOUNCE):
            names = {Path(changed).name for _, changed in changes}
            files = [folder / name for name in names if name.endswith(".py") and not name.startswith("_")]
            await intake.take_all(files)
    except Exception:
        logger.exception("%s is watched no longer; edits there take effect at the next start", folder)


def _offer(function: Handler, names: Set[str], host: Host) -> bool:
    """Swap a handler in where nothing speaks against it, and tell whether it is what runs now."""
    spec, specs = spec_of(function), host.specs
    if _runs(spec, specs):
        return True
    running = specs.get(spec.name) or _left(spec, names, specs)
    if running is not None and running.file != spec.file and _stands(running):
        problem = f"has the same name as the one at {running.file}:{running.line}; save it again once that is gone"
        _keep(f"{spec.file}:{spec.line}", f"{spec.name!r} {problem}")
        return False
    proposal = propose(host, function, instead_of=running.name if running else None)
    if proposal.ok:
        proposal.apply()
        logger.info("%s", _told(proposal))
    else:
        _keep(proposal.place, f"{proposal.handler!r} {'; '.join(proposal.problems)}")
    return proposal.ok


def _left(spec: HandlerSpec, names: Set[str], specs: Mapping[str, HandlerSpec]) -> HandlerSpec | None:
    """The one that runs with the same topic and is gone: from this file, which has these names now, or with its own."""
    for other in specs.values():
        gone = other.name not in names if other.file == spec.file else not Path(other.file).exists()
        if other.topic == spec.topic and gone:
            return other
    return None


def _runs(spec: HandlerSpec, specs: Mapping[str, HandlerSpec]) -> bool:
    """Whether that is the very handler that runs by its name."""
    running = specs.get(spec.name)
    return running is not None and (running.file, running.version) == (spec.file, spec.version)


def _stands(spec: HandlerSpec) -> bool:
    """Whether a function of this name is still in the file that it came from, or may be, where that cannot be read."""
    file = Path(spec.file)
    if not file.exists():
        return False
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return True
    return any(isinstance(node, ast.FunctionDef) and node.name == spec.name for node in ast.walk(tree))


def _keep(place: str, problem: str) -> None:
    logger.warning("not swapped, the running code goes on: %s: handler %s", place, problem)


def _told(proposal: Proposal) -> str:
    if proposal.old_version is None:
        return f"{proposal.handler} added as {proposal.new_version}"
    if (proposal.old_name, proposal.old_version) == (proposal.handler, proposal.new_version):
        return f"{proposal.handler} is now at {proposal.place}"
    renamed = "" if proposal.old_name == proposal.handler else f" in for {proposal.old_name}"
    return f"{proposal.handler} swapped{renamed} {proposal.old_version} -> {proposal.new_version}: {proposal.verdict}"
