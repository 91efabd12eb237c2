"""Scripts with which shells complete commands, options and their values, made from the parsers."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from . import COMMANDS, command_parser


@dataclass(frozen=True)
class Choice:
    """What may follow one command, or one option of it.

    Attributes:
        command: words of the command, such as "train diffusion".
        option: the option that values follow; "" for the command itself.
        words: what may stand there.
    """

    command: str
    option: str
    words: tuple[str, ...]


def script_of(shell: str) -> str:
    """The script for "bash", "zsh" or "fish"."""
    choices = [choice for name in COMMANDS for choice in _choices(name, command_parser(name))]
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](choices)


def _choices(command: str, parser: argparse.ArgumentParser) -> Iterator[Choice]:
    words: list[str] = []
    for action in parser._actions:
        words += [option for option in action.option_strings if option.startswith("--")]
        names = tuple(map(str, action.choices or ()))
        if not action.option_strings:
            words += names
        elif names:
            yield from (Choice(command, option, names) for option in action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for name, own in action.choices.items():
                yield from _choices(f"{command} {name}", own)
    yield Choice(command, "", tuple(words))


def _bash(choices: list[Choice]) -> str:
    """Options and values where they are known, and files everywhere."""
    values = [
        f'    "{c.command} {c.option}") words="{" ".join(c.words)}";;' for c in choices if c.option
    ]
    after = [f'    "{c.command}") words="{" ".join(c.words)}";;' for c in choices if not c.option]
    families = [c.command.split()[1] for c in choices if not c.option and " " in c.command]
    return "\n".join([
        "_footlights() {",
        '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
        '  local command="${COMP_WORDS[1]}" words=""',
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
        f'    COMPREPLY=($(compgen -W "{" ".join(COMMANDS)}" -- "$word"))',
        "    return",
        "  fi",
        f'  case " {" ".join(families)} " in *" ${{COMP_WORDS[2]}} "*)',
        '    [ "$COMP_CWORD" -gt 2 ] && [ -n "${COMP_WORDS[2]}" ] && '
        'command="$command ${COMP_WORDS[2]}";;',
        "  esac",
        '  case "$command $before" in',
        *values,
        "  esac",
        '  if [ -n "$words" ]; then',
        '    COMPREPLY=($(compgen -W "$words" -- "$word"))',
        "    return",
        "  fi",
        '  case "$command" in',
        *after,
        "  esac",
        '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
        "}",
        "complete -o default -F _footlights footlights",
    ])  # fmt: skip


def _zsh(choices: list[Choice]) -> str:
    """Zsh runs what bash completes with."""
    return "\n".join(["autoload -U +X bashcompinit && bashcompinit", _bash(choices)])


def _fish(choices: list[Choice]) -> str:
    lines = [
        f"complete -c footlights -n __fish_use_subcommand -a {name} -d '{does}'"
        for name, does in COMMANDS.items()
    ]
    for choice in choices:
        command, *family = choice.command.split()
        condition = f"__fish_seen_subcommand_from {command}"
        if family:
            condition += f"; and __fish_seen_subcommand_from {family[0]}"
        start = f"complete -c footlights -n '{condition}'"
        if choice.option.startswith("--"):
            lines.append(f"{start} -l {choice.option[2:]} -x -a '{' '.join(choice.words)}'")
        elif not choice.option:
            lines += [
                f"{start} -l {word[2:]}" if word.startswith("--") else f"{start} -a {word}"
                for word in choice.words
            ]
    return "\n".join(lines)
