"""The command line: finds the command, imports only that one, and turns every error into one line
and an exit code.

A command is a module of this folder with ``add_arguments(parser)`` and ``run(args) -> int``.
"""

import argparse
import importlib
import os
import re
import shlex
import sys
import traceback
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from ..basics.errors import FootlightsError

COMMANDS = {
    "dance": "make dances for songs",
    "view": "show motions side by side on one page",
    "convert": "turn motion files into another format",
    "retarget": "put a dance on your own character",
    "models": "list the shipped models and their cards",
    "doctor": "say what is installed, what works, and what to do about the rest",
    "score": "say how possible a motion is: physics, in words and numbers",
    "evaluate": "measure dances beside real dance and controls that must fail",
    "compare": "let people vote on two folders of dances, blinded, or set two tables side by side",
    "data": "turn motion files into training data",
    "train": "train a generator on built data",
}

_EXAMPLE = """example:
  footlights dance song.mp3          three dances for a song, in the folder dances/
  footlights dance --help            the choices of one command
"""


class Parser(argparse.ArgumentParser):
    """An argument parser that complains in the house's way: one line that ends in what to do."""

    words: Sequence[str] = ()

    def parsed(self, words: Sequence[str]) -> argparse.Namespace:
        """What the words of a command say; the complaint about them may look at all of them."""
        self.words = words
        return self.parse_args(words)

    def error(self, message: str) -> NoReturn:
        """Raise the complaint instead of printing usage and leaving."""
        if wrong := re.fullmatch(r"argument ([^:]+): invalid (int|float) value: (.*)", message):
            kind = "whole number" if wrong[2] == "int" else "number"
            message = f"{wrong[1]}: {wrong[3]} is not a {kind}"
        elif message.startswith("the following arguments are required"):
            options = (
                word.partition("=")[0]
                for word in self.words
                if word.startswith("--") and word != "--"
            )
            unknown = [option for option in options if option not in self._option_string_actions]
            message = f"unrecognized arguments: {' '.join(unknown)}" if unknown else message
        raise FootlightsError(message, self.prog.partition(" ")[2], f"see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 the work failed, 2 bad input, 130 stopped
    by Ctrl-C.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    debug = "--debug" in words
    try:
        return _run([word for word in words if word != "--debug"])
    except SystemExit as done:
        return int(done.code or 0)
    except BrokenPipeError:
        # Whoever read our output has gone; nobody is left to tell, not even when Python flushes at
        # exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        return _complain(error)


def line_of(error: FootlightsError) -> str:
    """The one line a person sees of an error."""
    return f"footlights: {plain(str(error))}"


def plain(text: str) -> str:
    """The text with control characters written out, so that a hostile file name cannot drive the
    terminal.
    """
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs") else repr(c)[1:-1] for c in text
    )


def _complain(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        print(
            f"\nfootlights: stopped; {plain(str(error)) or 'finished files are whole'}",
            file=sys.stderr,
        )
        return 130
    if not isinstance(error, FootlightsError):
        error = _unforeseen(error)
    print(line_of(error), file=sys.stderr, flush=True)
    return error.exit_code


def _unforeseen(error: BaseException) -> FootlightsError:
    """An error nobody prepared for, as one line."""
    if isinstance(error, MemoryError):
        return FootlightsError(
            "memory ran out",
            "",
            "close other programs, or ask for a shorter part with --seconds",
            usage=False,
        )
    if isinstance(error, OSError) and error.strerror:
        return FootlightsError(
            error.strerror,
            error.filename or "",
            "run it again with --debug to see where",
            usage=False,
        )
    what = f"unexpected {type(error).__name__}: {error}"
    return FootlightsError(
        what, "", "run it again with --debug and report what it prints", usage=False
    )


def _run(words: list[str]) -> int:
    if not words or words[0] not in COMMANDS:
        return _front(words)
    name = words[0]
    module = importlib.import_module(f".{name}", __name__)
    parser = Parser(
        prog=f"footlights {name}",
        description=(module.__doc__ or "").strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show where an error came from")
    return module.run(parser.parsed(words[1:]))


def _front(words: list[str]) -> int:
    """``footlights`` without a command: help, version, or a complaint about an unknown command."""
    names = "\n".join(f"  {name:10}{says}" for name, says in COMMANDS.items())
    parser = Parser(
        prog="footlights",
        usage="footlights COMMAND ... [--debug]",
        description=f"From a song to a dance that a body could really do.\n\ncommands:\n{names}",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"footlights {__version__}")
    if words and not words[0].startswith("-"):
        dance = os.path.isfile(words[0])
        do = (
            f"try: footlights dance {shlex.quote(words[0])}"
            if dance
            else f"the commands are {', '.join(COMMANDS)}"
        )
        raise FootlightsError(f"no command called {words[0]!r}", "", do)
    parser.parse_args(words)
    parser.print_help()
    return 0
