"""Progress: silence at first, then how far and how long still, without ever going back."""

import io

import numba
import pytest
from numba.core import event

import footlights.basics.jit  # noqa: F401 - tells of compiling
from footlights.basics import progress as room
from footlights.basics.compiling import compilation_begins, compilation_ends, is_compiling
from footlights.basics.progress import Progress, duration, part


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (8.4, "8 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (4800, "1 h 20 min")],
)
def test_durations_as_people_say_them(seconds, said):
    assert duration(seconds) == said


def test_line_tells_share_time_left_and_what_happens():
    progress = Progress(io.StringIO())
    progress(0.25, "dancing")
    assert progress.line(10) == " 25 %  10 s gone, about 30 s left  dancing"


def test_without_any_share_it_says_that_it_estimates():
    assert Progress(io.StringIO()).line(3) == "  0 %  3 s gone, estimating the rest  "


def test_it_never_goes_back_and_never_past_the_end():
    progress = Progress(io.StringIO())
    for done in (0.5, 0.2, 7.0):
        progress(done, "x")
    assert progress.done == 1.0


def test_work_done_at_once_shows_nothing():
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress(0.9, "quick")
    assert stream.getvalue() == ""


def test_P1_long_work_shows_share_and_estimate(monkeypatch):
    monkeypatch.setattr(room, "_PATIENCE", 0.01)
    monkeypatch.setattr(room, "_LOG_INTERVAL", 0.01)
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress(0.5, "dancing to clicks")
        while stream.getvalue().count("\n") < 2:
            pass
    line = stream.getvalue().splitlines()[0]
    assert line.startswith(" 50 %") and "left" in line and line.endswith("dancing to clicks")
    assert "\r" not in stream.getvalue() and "\x1b" not in stream.getvalue(), (
        "a log gets whole lines and no codes"
    )


def test_terminal_bar_fits_and_is_wiped(monkeypatch):
    monkeypatch.setattr(room, "_PATIENCE", 0.01)
    monkeypatch.setattr(room, "_BAR_INTERVAL", 0.01)
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    with Progress(stream) as progress:
        progress(0.5, "🎵" * 60)
        while "[" not in stream.getvalue():
            pass
    shown = stream.getvalue().split("\r\x1b[K")
    assert all(sum(2 if ord(c) > 0x1100 else 1 for c in piece) < 40 for piece in shown)
    assert stream.getvalue().endswith("\r\x1b[K") and "\n" not in stream.getvalue()


def test_parts_make_up_the_whole():
    seen = []
    whole = lambda done, text: seen.append((round(done, 3), text))  # noqa: E731
    song = part(whole, 0.5, 1.0)
    inner = part(song, 0.0, 0.5, "dancing")
    inner(0.0, "")
    inner(1.0, "take 1")
    assert seen == [(0.5, "dancing"), (0.75, "dancing: take 1")]
    assert part(None, 0, 1) is None


def test_P1_compiling_is_said_while_it_lasts():
    shown = Progress(io.StringIO())
    shown(0.2, "judging")
    compilation_begins()
    try:
        assert "compiling" in shown.line(5.0) and "judging" not in shown.line(5.0)
    finally:
        compilation_ends()
    assert "judging" in shown.line(5.0) and not is_compiling()


def test_compiling_a_loop_is_noticed_and_its_end_too():
    noticed = []

    @numba.njit
    def loop(x):
        return x + 1

    class Listener(event.Listener):
        def on_start(self, event):
            noticed.append(is_compiling())

        def on_end(self, event):
            pass

    with event.install_listener("numba:compile", Listener()):
        assert loop(1) == 2
    assert noticed == [True] and not is_compiling()
