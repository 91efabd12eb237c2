"""Print a script that completes commands, their options and values in your shell.

The script stands for itself: completing starts no footlights.
"""

import argparse

from . import options

EXAMPLE = """examples:
  eval "$(footlights completion bash)"        in ~/.bashrc
  eval "$(footlights completion zsh)"         in ~/.zshrc, after compinit
  footlights completion fish > ~/.config/fish/completions/footlights.fish
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights completion``."""
    parser.epilog = EXAMPLE
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="for which shell")
    options.add_json(parser)
    options.add_force(parser, "a JSON file that exists")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    from .completion_scripts import script_of

    script = script_of(args.shell)
    options.show(args, {"shell": args.shell, "script": script, "problems": []}, [script])
    return 0
