"""What an event loop asks of the data process: in a thread, for that must not stop the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from sorafenib_kg.errors import SorafenibKGError
from sorafenib_kg.processes.control import Control


class Errands:
    """Runs errands one after the other."""

    def __init__(self, control: Control) -> None:
        """Ask over the line."""
        self._control = control
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="errands")

    def run(
        self,
        loop: asyncio.AbstractEventLoop,
        message: tuple[Any, ...],
        done: Callable[[Any, list[int]], None],
        failed: Callable[[SorafenibKGError], None],
    ) -> None:
        """Send a message, and go on in the loop with the answer and its files, or an error."""

        def ask() -> None:
            try:
                said, files = self._control.ask(message)
            except SorafenibKGError as error:
                call_in(loop, failed, error)
            else:
                call_in(loop, done, said, files)

        self._thread.submit(ask)


def call_in(
    loop: asyncio.AbstractEventLoop, function: Callable[..., None], *arguments: Any
) -> None:
    """Call a function in a loop soon, from any thread, unless the loop has ended."""
    with suppress(RuntimeError):
        if _running_loop() is loop:
            # Nobody has to be woken, which would take two system calls.
            loop.call_soon(function, *arguments)
        else:
            loop.call_soon_threadsafe(function, *arguments)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop of this thread."""
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None
