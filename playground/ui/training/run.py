"""A training run that can be worked on in small pieces, looked at, paused and continued.

One thread works on a run (see `playground.ui.runs`), and any number of pages look at it and press
its buttons.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from math import inf

import numpy as np

from playground import log
from playground.engine.errors import EngineError
from playground.engine.evaluation import Evaluation
from playground.engine.training import Progress, TrainingFailed, train
from playground.ui.training.histories import Curve, Film
from playground.ui.training.job import Exam, Job, Look, in_parts

SPEED_OVER = 4.0  # seconds
ENDED = ("finished", "stopped")


class Run:
    """A job under way.

    Raises
    ------
    EngineError
        When the parts of the job do not fit each other.
    """

    def __init__(self, job: Job, clock: Callable[[], float] = time.monotonic) -> None:
        self.job = job
        self.wake: Callable[[], None] = lambda: None
        self._clock = clock
        self._lock = threading.Lock()
        rng = np.random.default_rng([job.seed, 1])
        self._steps = train(
            job.network, job.params, job.images, job.targets, job.settings, rng, job.augment
        )
        self._allowed = 0.0  # steps that may still be made
        self._pace: float | None = None
        self._due = 0.0
        self._latest: Progress | None = None
        # A step that was under way when the run was paused; it counts when the run goes on.
        self._kept: Progress | None = None
        self._begun: float | None = None
        self._ended = ""
        self._sentence = ""
        self._curve, self._held_out, self._film = Curve(), Curve(), Film()
        self._film.add(0, job.params[job.filmed]["weight"])
        self._exam: Exam | None = None
        self._sitting: tuple[int, Iterator[Evaluation | None]] | None = None
        self._seen: deque[tuple[float, int]] = deque()

    # What the page does.

    def start(self) -> None:
        """Begin, or go on."""
        self._allow(inf)

    def pause(self) -> None:
        """Make no more steps, not even the one that is under way."""
        self._allow(0)

    def one_step(self) -> None:
        """Pause, and make exactly one step more."""
        self._allow(1)

    def set_pace(self, steps_a_second: float | None) -> None:
        """Make at most so many steps in a second; as many as can be with None."""
        with self._lock:
            if self._pace != steps_a_second:
                self._pace, self._due = steps_a_second, 0.0
                self._seen.clear()
        self.wake()

    def look(self) -> Look:
        """Everything that there is to show, as it is now."""
        with self._lock:
            latest, speed = self._latest, self._speed()
            step = latest.step if latest else 0
            left = self.job.total_steps - step
            pictures = left * len(self.job.images) / self._steps_per_epoch()
            running = self._status() == "running"
            return Look(
                self._status(),
                self._sentence,
                step,
                latest.epoch if latest else 0,
                latest.params if latest else self.job.params,
                speed,
                pictures / speed if speed and running else None,
                self._curve.points(),
                self._held_out.points(),
                self._exam,
                list(self._film.steps),
                list(self._film.frames),
            )

    @property
    def status(self) -> str:
        """``ready``, ``running``, ``paused``, ``finished`` or ``stopped``."""
        with self._lock:
            return self._status()

    @property
    def busy(self) -> bool:
        """Whether something will still change without anybody doing something."""
        with self._lock:
            return self._status() == "running" or self._sitting is not None

    # What the thread does.

    def due(self) -> float | None:
        """When there is something to do, by the clock, or None when there is nothing."""
        with self._lock:
            if self._sitting is not None:
                return -inf
            if self._allowed <= 0 or self._ended:
                return None
            return self._due if self._pace else -inf

    def work(self, enough: Callable[[], bool]) -> bool:
        """Work piece by piece until it is enough; returns whether there was anything to do."""
        worked = False
        try:
            while self._piece():
                worked = True
                if enough():
                    break
        except TrainingFailed as error:
            self._stop(str(error))
            with self._lock:
                self._latest = error.kept
                self._sit()
        except EngineError as error:
            self._stop(str(error))
        except Exception:
            logging.getLogger(__name__).exception("A training run failed")
            self._stop("Training failed for a reason that the playground does not know.")
        return worked

    def _piece(self) -> bool:
        due = self.due()
        if due is None or due > self._clock():
            return False
        with self._lock:
            sitting, kept = self._sitting, self._kept
        if sitting is not None:
            self._judge(*sitting)
            return True
        progress = kept if kept is not None else next(self._steps)
        with self._lock:
            if self._allowed <= 0:
                self._kept = progress
                return False
            self._kept = None
            self._take(progress)
        return True

    def _take(self, progress: Progress) -> None:
        now = self._clock()
        self._latest = progress
        self._allowed -= 1
        if self._pace:
            self._due = now + 1 / self._pace
        self._curve.add(progress.step, progress.loss, progress.accuracy)
        self._film.add(progress.step, progress.params[self.job.filmed]["weight"])
        self._seen.append((now, self._pictures_seen(progress.step)))
        while self._seen[-1][0] - self._seen[0][0] > SPEED_OVER and len(self._seen) > 2:
            self._seen.popleft()
        if progress.step >= self.job.total_steps:
            self._end("finished")
            self._steps.close()
        if self._ended or progress.step % self._steps_per_epoch() == 0 or self._allowed <= 0:
            self._sit()

    def _judge(self, step: int, parts: Iterator[Evaluation | None]) -> None:
        result = next(parts)
        with self._lock:
            if result is None or self._sitting is None or self._sitting[1] is not parts:
                return
            self._exam, self._sitting = Exam(step, result), None
            # Weights from before are judged again when a run that failed goes back to them.
            if not self._held_out.steps or step > self._held_out.steps[-1]:
                self._held_out.add(step, result.loss, result.accuracy)

    def _sit(self) -> None:
        """Judge the weights as they are now, unless that has been done."""
        step = self._latest.step if self._latest else 0
        judged = self._exam.step if self._exam else None
        if step != judged and (self._sitting is None or self._sitting[0] != step):
            params = self._latest.params if self._latest else self.job.params
            self._sitting = (step, in_parts(self.job, params))

    def _stop(self, sentence: str) -> None:
        with self._lock:
            self._end("stopped")
            self._sentence, self._allowed, self._sitting = sentence, 0, None

    def _allow(self, steps: float) -> None:
        with self._lock:
            if self._ended:
                return
            if self._allowed <= 0:
                self._seen.clear()
                self._due = 0.0
            if steps > 0:
                self._begin()
            self._allowed = steps
            # The untrained network is judged, too: everything is compared with it.
            if self._latest is None or steps <= 0:
                self._sit()
        self.wake()

    def _begin(self) -> None:
        if self._begun is None:
            self._begun = self._clock()
            parameters = sum(a.size for each in self.job.params.values() for a in each.values())
            pictures, steps = len(self.job.images), self.job.total_steps
            log.event("training begun", parameters=parameters, pictures=pictures, steps=steps)

    def _end(self, how: str) -> None:
        self._ended = how
        seconds = round(self._clock() - self._begun, 1) if self._begun is not None else 0.0
        step = self._latest.step if self._latest else 0
        log.event("training ended", how=how, steps=step, seconds=seconds)

    def _status(self) -> str:
        if self._ended:
            return self._ended
        if self._allowed > 0:
            return "running"
        return "ready" if self._begun is None else "paused"

    def _steps_per_epoch(self) -> int:
        return self.job.settings.steps_per_epoch(len(self.job.images))

    def _pictures_seen(self, step: int) -> int:
        epochs, steps = divmod(step, self._steps_per_epoch())
        return epochs * len(self.job.images) + steps * self.job.settings.batch_size

    def _speed(self) -> float:
        if len(self._seen) < 2:
            return 0.0
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else 0.0
