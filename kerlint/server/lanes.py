"""The processes that read code for the server: what is asked of them, one thing at a time each."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import sys
from collections import deque
from collections.abc import Callable
from typing import cast

from kerlint.processes import workers
from kerlint.processes.workers import Lost
from kerlint.server.host import LOST, MESSAGE, STOP, WORK
from kerlint.server.work import Answer, Work

RUN = "from kerlint.server.host import serve\nserve()\n"
"""What such a process runs."""

GRACE_SECONDS = 0.3
"""Work that nobody waits for any more is stopped after this time. Most is done before."""
SECONDS = 90.0
"""The longest that one piece of work may take, also if it only waits and uses no processor."""
_PATIENCE = 0.5
"""After waiting so long for a free process, another one is started."""
_TO_END = 2.0


class Lane:
    """One process, which is started when it is first asked for something."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._stopped = False
        self.busy = False

    async def start(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *workers.bootstrap(RUN, sys.path),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._process

    async def ask(self, work: Work) -> Answer | Lost:
        """The answer, or why there is none. Nothing else may be asked until then."""
        self._stopped = False
        try:
            return await asyncio.wait_for(self._asked(work), SECONDS)
        except asyncio.TimeoutError:
            self._kill()
            return Lost(f"it takes more than {SECONDS:g} seconds")
        except (OSError, asyncio.IncompleteReadError):
            process = self._process
            self._process = None
            if self._stopped:
                return Lost("it was stopped")
            if process is None:
                return Lost("no process could be started")
            code = await process.wait()
            return Lost(workers.cause_of_death(-code if code < 0 else code << 8))

    async def _asked(self, work: Work) -> Answer | Lost:
        process = await self.start()
        assert process.stdin is not None
        assert process.stdout is not None
        data = pickle.dumps(work)
        process.stdin.write(MESSAGE.pack(WORK, len(data)) + data)
        await process.stdin.drain()
        what, size = MESSAGE.unpack(await process.stdout.readexactly(MESSAGE.size))
        answer = await process.stdout.readexactly(size)
        return Lost(answer.decode()) if what == LOST else cast(Answer, pickle.loads(answer))

    def stop(self) -> None:
        """End the work at once; ``ask`` then returns that it is lost."""
        self._stopped = True
        process = self._process
        if workers.can_fork() and process is not None and process.stdin is not None:
            process.stdin.write(MESSAGE.pack(STOP, 0))
        else:
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def close(self) -> None:
        """End the process, and wait until it has ended."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()  # which it takes for an order to end
        try:
            await asyncio.wait_for(process.wait(), _TO_END)
        except asyncio.TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Lanes:
    """Shares work out over at most ``most`` processes; the second one only when there is much."""

    def __init__(self, most: int) -> None:
        self._most = max(most, 1)
        self._lanes: list[Lane] = []
        self._waiting: deque[asyncio.Future[Lane]] = deque()
        self._jobs: set[asyncio.Future[Answer | Lost]] = set()

    async def start(self) -> None:
        """Start the first process, so that it is ready when there is work."""
        if not self._lanes:
            self._lanes.append(Lane())
            await self._lanes[0].start()

    async def ask(self, work: Work, *, urgent: bool = False) -> Answer | Lost:
        """The answer, or why there is none. ``urgent``: a person waits for it.

        When this is cancelled, so is the work, unless it is done soon.
        """
        lane = await self._free(urgent)
        job = asyncio.ensure_future(lane.ask(work))
        self._jobs.add(job)

        def done(job: asyncio.Future[Answer | Lost]) -> None:
            self._jobs.discard(job)
            if not job.cancelled():
                job.exception()  # seen, though perhaps nobody asks for it any more
            self._release(lane)

        job.add_done_callback(done)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            if not job.done():
                stop = _stopping(lane, job)
                asyncio.get_running_loop().call_later(GRACE_SECONDS, stop)
            raise

    async def _free(self, urgent: bool) -> Lane:
        """A process with nothing to do, which from now on is busy."""
        for lane in self._lanes:
            if not lane.busy:
                lane.busy = True
                return lane
        if not self._lanes:
            return self._another()
        turn: asyncio.Future[Lane] = asyncio.get_running_loop().create_future()
        if urgent:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        try:
            if len(self._lanes) < self._most:
                await asyncio.wait([turn], timeout=_PATIENCE)
                if not turn.done() and len(self._lanes) < self._most:
                    self._waiting.remove(turn)
                    return self._another()
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release(turn.result())
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def _another(self) -> Lane:
        lane = Lane()
        lane.busy = True
        self._lanes.append(lane)
        return lane

    def _release(self, lane: Lane) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(lane)
                return
        lane.busy = False

    async def close(self) -> None:
        """End all processes, and wait until they have ended."""
        lanes, self._lanes = self._lanes, []
        for turn in self._waiting:
            turn.cancel()
        for job in tuple(self._jobs):
            job.cancel()
        await asyncio.gather(*(lane.close() for lane in lanes))


def _stopping(lane: Lane, job: asyncio.Future[Answer | Lost]) -> Callable[[], None]:
    def stop() -> None:
        if not job.done():
            lane.stop()

    return stop
