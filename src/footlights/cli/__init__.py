"""The command line: finds the command, imports only that one, and ends in one line and a code.

A command is a module of this folder with ``add_arguments(parser)`` and ``run(args) -> int``.
"""

import importlib
import os
import shlex
import sys
import traceback
from collections.abc import Sequence

from .. import __version__
from ..basics.allocator import give_back_large_arrays
from ..basics.errors import FootlightsError
from ..basics.stop_signals import answered_as_interrupts
from ..basics.suggestions import advice
from ..basics.terminal import open_streams, plain, settle, tell
from ..basics.threads import ONE_FOR_SUMS, environment
from . import options
from .parser import Parser
from .unfinished import resumable

COMMANDS = {
    "dance": "make dances for songs",
    "view": "show motions side by side on one page",
    "convert": "turn motion files into another format",
    "edit": "trim, loop, mirror, pace or join a dance, or lay one over another",
    "retarget": "put a dance on your own character",
    "models": "list the shipped models and their cards",
    "doctor": "say what is installed, what works, and what to do about the rest",
    "score": "say how possible a motion is: physics, in words and numbers",
    "evaluate": "measure dances beside real dance and controls that must fail",
    "compare": "let people vote on two folders of dances, blinded, or set two tables side by side",
    "data": "turn motion files into training data",
    "train": "train a generator on built data",
    "completion": "complete commands and options in your shell: bash, zsh or fish",
}

_EXAMPLE = """example:
  footlights dance song.mp3          three dances for a song, in the folder dances/
  footlights dance --help            the choices of one command
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    The code is 0 when all is done, 1 when work failed or nobody reads what is printed, 2 for bad
    input, 130 when stopped by Ctrl-C, SIGTERM or SIGHUP.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    open_streams()
    give_back_large_arrays()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    debug = "--debug" in words
    try:
        with answered_as_interrupts(), environment(ONE_FOR_SUMS):
            code = _run([word for word in words if word != "--debug"])
        # What cannot be written (a full disk) is told here; Python itself would only complain.
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return 1  # whoever read our output has gone: nobody is left to tell
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        return _complain(error)
    finally:
        settle(sys.stdout)
        settle(sys.stderr)


def _run(words: list[str]) -> int:
    try:
        if words and words[0] in COMMANDS:
            return _command(words[0], words[1:])
        return _front(words)
    except SystemExit as done:  # argparse, after help or the version
        return int(done.code or 0)


def _command(name: str, words: list[str]) -> int:
    args = command_parser(name).parse_args(words)
    module = importlib.import_module(f".{name}", __name__)
    with resumable(args, getattr(module, "RESULTS", ())):
        options.check_json_file(args)
        code: int = module.run(args)
    return code


def command_parser(name: str) -> Parser:
    """The parser of one command, which is imported."""
    module = importlib.import_module(f".{name}", __name__)
    parser = Parser(f"footlights {name}", (module.__doc__ or "").strip())
    module.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show where an error came from")
    return parser


def _front(words: list[str]) -> int:
    """``footlights`` without a command: help, version, or a complaint about an unknown command."""
    names = "\n".join(f"  {name:12}{does}" for name, does in COMMANDS.items())
    parser = Parser(
        "footlights",
        f"From a song to a dance that a body could really do.\n\ncommands:\n{names}",
        usage="footlights COMMAND ... [--debug]",
        epilog=_EXAMPLE,
    )
    parser.add_argument("--version", action="version", version=f"footlights {__version__}")

    if words and not words[0].startswith("-"):
        do = (
            f"try: footlights dance {shlex.quote(words[0])}"
            if os.path.isfile(words[0])
            else advice(words[0], COMMANDS, f"the commands are {', '.join(COMMANDS)}")
        )
        raise FootlightsError(f"no command called {words[0]!r}", "", do)

    parser.parse_args(words)
    parser.print_help()
    return 0


def _complain(error: BaseException) -> int:
    """Tell of an error in one line; the exit code that it asks for."""
    if isinstance(error, KeyboardInterrupt):
        tell(f"\nfootlights: stopped; {plain(str(error)) or 'finished files are whole'}")
        return 130
    if not isinstance(error, FootlightsError):
        error = _unforeseen(error)
    tell(options.line_of(error))
    return error.exit_code


def _unforeseen(error: BaseException) -> FootlightsError:
    """An error nobody prepared for, as one line."""
    if isinstance(error, MemoryError):
        do = "close other programs, or ask for a shorter part with --seconds"
        return FootlightsError("memory ran out", "", do, usage=False)

    if isinstance(error, OSError) and error.strerror:
        do = "run it again with --debug to see where"
        return FootlightsError(error.strerror, error.filename or "", do, usage=False)

    what = f"unexpected {type(error).__name__}: {error}"
    do = "run it again with --debug and report what it prints"
    return FootlightsError(what, "", do, usage=False)
