"""An argument parser that complains in the house's way: one line that ends in what to do."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from ..basics.errors import FootlightsError
from ..basics.suggestions import did_you_mean


class Parser(argparse.ArgumentParser):
    """The parser of one command, or of the front of the command line."""

    words: Sequence[str] = ()

    def __init__(
        self,
        prog: str,
        description: str = "",
        usage: str | None = None,
        epilog: str | None = None,
        **more: Any,  # what argparse gives the parsers of a subcommand, which grows with Python
    ) -> None:
        super().__init__(
            prog,
            usage,
            description,
            epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            **more,
        )

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What the words of a command say; nothing is left over.

        A complaint comes from the parser that knows the options, which of a command with
        subcommands is the subcommand's, and may look at all of its words.
        """
        self.words = args or ()
        values, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        if self._json_took_a_file():
            self.error("argument --json: ignored explicit argument")
        return values, unknown

    def error(self, message: str) -> NoReturn:
        """Raise the complaint instead of printing usage and leaving."""
        what = self._explained(message)
        do = f"see {self.prog} --help"
        if nearest := self._nearest(what):
            do = f"{nearest} {do}"
        raise FootlightsError(what, self.prog.partition(" ")[2], do)

    def _nearest(self, complaint: str) -> str:
        """ "did you mean --seed?" where a mistyped option or value looks like a known one."""
        if wrong := re.fullmatch(r"unrecognized arguments: (--[^\s=]+).*", complaint):
            options = [option for option in self._option_string_actions if option != "--debug"]
            return did_you_mean(wrong[1], options)
        if wrong := re.search(r"invalid choice: '([^']+)' \(choose from (.*)\)$", complaint):
            return did_you_mean(wrong[1], re.findall(r"[^\s,']+", wrong[2]))
        return ""

    def _explained(self, message: str) -> str:
        """Argparse's message in words for people."""
        if self._json_names_a_file(message):
            return "--json prints and takes no file: --json-file FILE writes one"

        if wrong := re.fullmatch(r"argument ([^:]+): invalid (int|float) value: (.*)", message):
            kind = "whole number" if wrong[2] == "int" else "number"
            return f"{wrong[1]}: {wrong[3]} is not a {kind}"

        # An option that does not exist is why an argument is missing: it took the word for itself.
        if message.startswith("the following arguments are required"):
            options = (word.partition("=")[0] for word in self.words if word.startswith("--"))
            known = {"--", *self._option_string_actions}
            unknown = [option for option in options if option not in known]
            return f"unrecognized arguments: {' '.join(unknown)}" if unknown else message

        return message

    def _json_took_a_file(self) -> bool:
        """Whether the last word is a new ``.json`` after ``--json``, which a list of files took."""
        *_, before, last = ["", "", *self.words]
        return before == "--json" and last.endswith(".json") and not os.path.exists(last)

    def _json_names_a_file(self, message: str) -> bool:
        """Whether the complaint is about a file name after ``--json``, which some commands took."""
        if "--json-file" not in self._option_string_actions:
            return False
        if message.startswith("argument --json: ignored explicit argument"):
            return True
        words = list(self.words)
        after = words[words.index("--json") + 1 :][:1] if "--json" in words else []
        return bool(after) and message == f"unrecognized arguments: {after[0]}"
